"""One life of each kind of aggregate: between them every event that is published, each at its first version.

A life is written once, by `record.py`. A new version of a type gets a life of its own; written ones never change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from services.coverage.events import AssessmentChanged, stream_of
from services.registry.events import enterprise as e
from services.registry.events import organisation as o
from services.registry.events import project as p
from services.registry.events import report as r
from services.registry.events import unit as u
from xianfeng.event import Data, subject_id

__all__ = ["LIVES", "Life"]

Life = tuple[str, Sequence[tuple[date, Data]]]
"""The subject, and its facts with the days from which they are true."""

STREET, TOWN = subject_id("unit", "410811001"), subject_id("unit", "410811002")
FIRM, OTHER = subject_id("ent", "91410100MA45QEXW0B"), subject_id("ent", "other")
BRANCH, JOINT, NEXT = (subject_id("org", name) for name in ("own", "joint", "next"))
ADVISER, SECOND = subject_id("adv", "first"), subject_id("adv", "second")
HOLDER, PROJECT = subject_id("hld", "person"), subject_id("prj", "garden")
EVENT = "01900000-0000-7000-8000-000000000001"


def day(month: int, number: int, year: int = 2022) -> date:
    return date(year, month, number)


_ENTERPRISE: list[tuple[date, Data]] = [
    (day(1, 4), e.EnterpriseRegistered(code="91410100MA45QEXW0B", name="解放区安居物业", unit=STREET)),
    (day(1, 5), e.EnterpriseRenamed(name="解放区安居物业服务有限公司")),
    (day(1, 4), e.EnterpriseCodeCorrected(code="91410100MA45QEXW0B")),
    (day(1, 6), e.EnterpriseDetailsChanged(founded=day(3, 1, 2015), address="民主路18号", industry_code="7020")),
    (day(1, 7), e.EnterpriseRegistryStatusChanged(registry_status="active")),
    (day(1, 8), e.EnterpriseTransferProposed(to_unit=TOWN, reason="实际经营地变化")),
    (day(1, 9), e.EnterpriseTransferDeclined(to_unit=TOWN, reason="暂未搬迁")),
    (day(1, 10), e.EnterprisePlaced(unit=TOWN)),
    (day(1, 11), e.EnterpriseWorkingUnitAdded(unit=STREET)),
    (day(1, 12), e.EnterpriseWorkingUnitRemoved(unit=STREET)),
    (day(2, 1), e.EnterpriseMembersCounted(formal=2, probationary=1, elsewhere=0)),
    (day(2, 2), e.EnterpriseMembersReported(formal=4, source="declared")),
    (day(2, 2), e.EnterpriseVerificationOpened(field="formal", confirmed=2, reported=4, answer_by=day(3, 4))),
    (day(2, 8), e.EnterpriseVerificationClosed(field="formal", reason="社区核实")),
    (day(2, 9), e.EnterpriseMembersInTransfer(leaving=1, arriving=2)),
    (day(2, 10), e.EnterpriseMassOrganisationFormed(kind="union")),
    (day(2, 11), e.EnterpriseMassOrganisationEnded(kind="union")),
    (day(2, 12), e.EnterpriseRecruitingPlanned(until=day(12, 31))),
    (day(2, 13), e.EnterpriseRecruitingEnded()),
    (day(2, 14), e.EnterpriseAdviserAssigned(adviser=ADVISER, kind="community", until=day(12, 31))),
    (day(2, 20), e.EnterpriseAdviserReleased(adviser=ADVISER, kind="community", cause="replaced")),
    (day(3, 1), e.EnterpriseOrganisationJoined(organisation=JOINT, form="joint")),
    (day(3, 20), e.EnterpriseOrganisationLeft(organisation=JOINT, cause="merged", successor=NEXT)),
    (day(3, 21), e.EnterpriseOrganisationFormed(organisation=BRANCH)),
    (day(6, 1), e.EnterpriseOrganisationEnded(organisation=BRANCH, cause="withdrawn")),
    (day(6, 2), e.EnterpriseNotReadyProposed(reason="党员人数不足", review_date=day(6, 1, 2023))),
    (day(6, 3), e.EnterpriseNotReadyConfirmed(reason="党员人数不足", review_date=day(6, 1, 2023))),
    (day(6, 9), e.EnterpriseNotReadyEnded(reason="条件已经成熟")),
    (day(6, 10), e.EnterpriseScopeProposed(in_scope=False, reason="not_operating", evidence="实地走访")),
    (day(6, 11), e.EnterpriseProposalRefused(proposal="scope", reason="仍在经营")),
    (day(6, 12), e.EnterpriseScopeConfirmed(in_scope=False, reason="not_operating", evidence="实地走访")),
    (day(6, 13), e.EnterpriseUncoveredReasonStated(reason="no_members")),
    (day(1, 20, 2023), e.EnterpriseFiled(year=2023, organisation_formed=False, set_up="未建立党组织")),
    (day(1, 21, 2023), e.EnterpriseFilingReturned(year=2023, reason="请补充设置情况")),
    (day(1, 22, 2023), e.EnterpriseFiled(year=2023, organisation_formed=False, set_up="联合组建正在推进")),
    (day(1, 23, 2023), e.EnterpriseFilingAccepted(year=2023)),
    (day(2, 1, 2023), e.EnterpriseTrainingRecorded(kind="secretary_training", level="city", people=2)),
    (day(3, 1, 2023), e.EnterpriseMerged(into=OTHER, reason="重复登记")),
    (day(3, 2, 2023), e.EnterpriseMergeUndone(reason="并非同一企业")),
    (day(6, 12), e.EnterpriseFactVoided(event=EVENT, version=31, reason="记错企业")),
    (day(9, 1, 2023), e.EnterpriseSucceeded(cause="absorbed", successors=(OTHER,))),
]  # fmt: skip

_ORGANISATION: list[tuple[date, Data]] = [
    (day(3, 1), o.OrganisationOpened(name="民主路物业联合党支部", form="joint", unit=STREET)),
    (day(3, 2), o.OrganisationStepRecorded(step="mobilised", on=day(3, 2))),
    (day(3, 2), o.OrganisationStepRecorded(step="planned", on=day(3, 20))),
    (day(3, 5), o.OrganisationStepRecorded(step="requested", on=day(3, 5), number="民党〔2022〕3号")),
    (day(3, 15), o.OrganisationStepRecorded(step="approved", on=day(3, 15), number="解组〔2022〕9号", approved_by="街道党工委")),
    (day(3, 20), o.OrganisationStepRecorded(step="elected", on=day(3, 20))),
    (day(3, 21), o.OrganisationStepRecorded(step="established", on=day(3, 21))),
    (day(4, 1), o.OrganisationRenamed(name="民主路物业党支部")),
    (day(4, 2), o.OrganisationTypeChanged(type="general_branch")),
    (day(4, 3), o.OrganisationTermSet(number=1, begins=day(3, 20), ends=day(3, 19, 2025))),
    (day(4, 4), o.OrganisationParentsSet(community="民主路社区党委", industry=NEXT)),
    (day(4, 5), o.OrganisationBranchCommitteeElected(people=3)),
    (day(4, 6), o.OrganisationSecretaryConsulted(on=day(4, 6), agreed=True)),
    (day(4, 7), o.OrganisationSecretaryAppointed(holder=HOLDER)),
    (day(5, 7), o.OrganisationSecretaryRemoved(holder=HOLDER)),
    (day(6, 1), o.OrganisationTransferred(unit=TOWN)),
    (day(4, 2), o.OrganisationFactVoided(event=EVENT, version=9, reason="类型有误")),
    (day(9, 1), o.OrganisationEnded(cause="merged", successor=NEXT, document="解组〔2022〕31号")),
]  # fmt: skip

_COMMITTEE: list[tuple[date, Data]] = [
    (day(1, 10), o.CommitteeFormed(name="焦作市物业行业党委", unit=STREET, leading_group=5, staff=3)),
    (day(2, 10), o.CommitteeChanged(staff=4)),
    (day(3, 10), o.CommitteeChanged(name="焦作市物业服务行业党委", leading_group=7)),
    (day(2, 10), o.CommitteeFactVoided(event=EVENT, version=2, reason="人数有误")),
    (day(9, 1), o.CommitteeEnded(cause="transferred", successor=NEXT)),
]

_ADVISER: list[tuple[date, Data]] = [
    (day(1, 10), o.AdviserAppointed(holder=HOLDER, kind="community", unit=STREET, full_time=True, until=day(12, 31))),
    (day(2, 10), o.AdviserTermChanged(until=day(12, 31, 2023))),
    (day(2, 11), o.AdviserTermChanged(until=day(6, 30, 2023))),
    (day(2, 11), o.AdviserFactVoided(event=EVENT, version=3, reason="日期有误")),
    (day(5, 1), o.AdviserLeft(reason="工作调动")),
]

_PROJECT: list[tuple[date, Data]] = [
    (day(1, 10), p.ProjectRegistered(name="锦绣花园", unit=STREET, households=812, address="民主路20号")),
    (day(1, 11), p.ProjectRenamed(name="锦绣花园小区")),
    (day(1, 12), p.ProjectDetailsChanged(households=820)),
    (day(1, 13), p.ProjectPlaced(unit=TOWN)),
    (day(2, 1), p.ProjectServiceStarted(enterprise=FIRM, until=day(1, 31, 2024))),
    (day(2, 2), p.ProjectClassDecided(project_class="served_well", reason="服务稳定")),
    (day(2, 3), p.ProjectOrganisationCovered(organisation=JOINT, form="joint")),
    (day(3, 3), p.ProjectOrganisationUncovered(organisation=JOINT, cause="withdrawn")),
    (day(3, 4), p.ProjectAdviserAssigned(adviser=ADVISER)),
    (day(4, 4), p.ProjectAdviserReleased(adviser=ADVISER, cause="left")),
    (day(5, 1), p.ProjectOwnersCommitteeFormed(people=7, members=4, term_ends=day(4, 30, 2027))),
    (day(5, 2), p.ProjectCrossAppointed(people=2)),
    (day(5, 10), p.ProjectJointMeetingHeld(on=day(5, 10), topic="停车管理")),
    (day(6, 1), p.ProjectSurveyHeld(on=day(6, 1), satisfied=86)),
    (day(6, 20), p.ProjectRectificationPublished(survey_on=day(6, 1), on=day(6, 20))),
    (day(5, 2), p.ProjectFactVoided(event=EVENT, version=12, reason="人数有误")),
    (day(8, 1), p.ProjectOwnersCommitteeEnded()),
    (day(9, 1), p.ProjectServiceEnded(enterprise=FIRM)),
    (day(9, 2), p.ProjectClosed(reason="拆迁")),
]

_UNIT: list[tuple[date, Data]] = [
    (day(1, 1), u.UnitOpened(name="民主街道", level="street", parent=TOWN, code="410802001", order=3)),
    (day(2, 1), u.UnitRenamed(name="民主路街道")),
    (day(3, 1), u.UnitMoved(parent=STREET)),
    (day(4, 1), u.UnitCompetentDepartmentSet(department="住房和城乡建设局")),
    (day(5, 1), u.UnitLeadBodySet(body="街道党工委")),
    (day(2, 1), u.UnitFactVoided(event=EVENT, version=2, reason="名称未变")),
    (day(9, 1), u.UnitClosed(successors=(TOWN,))),
]

_DEMONSTRATION: list[tuple[date, Data]] = [
    (day(1, 1, 1980), u.UnitOpened(name="河南省", level="province", code="410000")),
    (day(7, 8, 2021), u.UnitDemonstrationFilled()),
]

_ACCOUNT: list[tuple[date, Data]] = [
    (day(1, 1), u.AccountOpened(handle="minzhu-street", role="sub_district", unit=STREET)),
    (day(2, 1), u.AccountChanged(role="community", unit=TOWN)),
    (day(9, 1), u.AccountClosed(reason="人员离岗")),
]

_PASSWORD: list[tuple[date, Data]] = [
    (day(1, 1), u.AccountOpened(handle="jiefang-street", role="sub_district", unit=STREET)),
    (day(1, 2), u.AccountPasswordSet()),
]

_ANNOUNCEMENTS: list[tuple[date, Data]] = [
    (day(2, 1), AssessmentChanged(
        enterprise=FIRM, status="none", duty="join", episode=EVENT, since=day(2, 1), due=day(3, 31), clause="H2.1",
        rule_set="henan-2021-203", cause="event",
    )),
    (day(3, 1, 2023), AssessmentChanged(
        enterprise=FIRM, status=None, clause="", rule_set="henan-2021-203", cause="calendar"
    )),
]  # fmt: skip

_DIFFERENCES: list[tuple[date, Data]] = [
    (day(1, 4), e.EnterpriseRegistered(code="91410100MA45QEXW0B", name="解放区安居物业", unit=STREET)),
    (day(2, 1), e.EnterpriseDifferenceRaised(
        field="name", known="解放区安居物业", reported="安居物业服务有限公司", source="registry"
    )),
    (day(2, 1), e.EnterpriseDifferenceRaised(field="unit", known=STREET, reported=TOWN, source="registry")),
    (day(3, 1), e.EnterpriseDifferenceSettled(
        field="name", reported="安居物业服务有限公司", taken=False, reason="以营业执照为准"
    )),
]  # fmt: skip

_FIGURES = r.ReportedFigures(registered=12, enterprises=10, own=2, joint=3, work=1, uncovered=4)
_REPORT: list[tuple[date, Data]] = [
    (day(4, 1), r.ReportExcused(unit=STREET, month="2022-03", reason="本月无企业")),
    (
        day(4, 2),
        r.ReportSent(
            unit=STREET, month="2022-03", cutoff=day(3, 31), edition=1, digest="0" * 64, figures=_FIGURES,
            notes=("新增1家，为新登记企业",),
        ),
    ),
    (day(4, 3), r.ReportReturned(edition=1, reason="请核对移入企业")),
]  # fmt: skip

_CONFIRMED: list[tuple[date, Data]] = [
    (day(1, 4), e.EnterpriseRegistered(code="91410100MA45QEXW0B", name="解放区安居物业", unit=STREET)),
    (day(1, 9), e.EnterpriseConfirmed()),
    (day(1, 20), e.EnterprisePlaced(unit=TOWN)),
]

_APART: list[tuple[date, Data]] = [
    (day(1, 4), e.EnterpriseRegistered(code="91410100MA45QEXW0B", name="解放区安居物业", unit=STREET)),
    (day(2, 1), e.EnterpriseMembersCounted(formal=3, source="organisation_verified")),
    (day(2, 1), e.EnterpriseVerificationOpened(
        field="formal", confirmed=3, reported=5, source="community_verified", answer_by=day(3, 3)
    )),
    (day(2, 20), e.EnterpriseMembersCounted(formal=4)),
    (day(2, 20), e.EnterpriseVerificationClosed(field="formal", reason="已按核实的党员数办结")),
    (day(3, 1), e.EnterpriseMembersCounted(elsewhere=1)),
    (day(3, 1), e.EnterpriseVerificationOpened(
        field="elsewhere", confirmed=1, reported=2, source="organisation_verified", answer_by=day(3, 31)
    )),
]  # fmt: skip

LIVES: Mapping[str, Life] = {
    "enterprise": (FIRM, _ENTERPRISE),
    "enterprise-apart": (FIRM, _APART),
    "enterprise-confirmed": (FIRM, _CONFIRMED),
    "enterprise-differences": (FIRM, _DIFFERENCES),
    "organisation": (JOINT, _ORGANISATION),
    "committee": (subject_id("com", "jiaozuo"), _COMMITTEE),
    "report": (subject_id("rpt", STREET, "2022-03"), _REPORT),
    "adviser": (ADVISER, _ADVISER),
    "holder": (HOLDER, [(day(9, 1, 2023), o.HolderErased(reason="retention_ended"))]),
    "project": (PROJECT, _PROJECT),
    "unit": (subject_id("unit", "410802001"), _UNIT),
    "unit-demonstration": (subject_id("unit", "410000"), _DEMONSTRATION),
    "coverage": (stream_of(FIRM), _ANNOUNCEMENTS),
    "account": (subject_id("acc", "minzhu-street"), _ACCOUNT),
    "account-password": (subject_id("acc", "jiefang-street"), _PASSWORD),
}
"""Name of the recording, which begins with the kind → the life."""
