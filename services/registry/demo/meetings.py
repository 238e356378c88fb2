"""What is held at projects: joint meetings month by month at some, satisfaction surveys once a year at more."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.demo.cast import Cast, Site
from services.registry.demo.world import World
from services.registry.events.project import ProjectJointMeetingHeld, ProjectRectificationPublished, ProjectSurveyHeld

__all__ = ["Meetings"]

_MEETING, _HELD = 0.009, 0.9
_SURVEYED, _RECTIFIED = 0.08, 0.5
_TOPICS = ("车位管理", "电梯维修", "消防通道", "垃圾分类", "公共收益公示", "楼道照明", "充电设施", "汛期排查")


class Meetings:
    """Joint meetings (联席会议) from 2022 on; surveys (满意度调查) in autumn."""

    def __init__(self, world: World, cast: Cast) -> None:
        self._world, self._cast = world, cast
        self._month, self._year = (2021, 12), 2021
        self._meeting: list[Site] = []

    def run(self, day: date) -> None:
        if (day.year, day.month) > self._month:
            self._month = day.year, day.month
            self._plan_meetings()
        if day.month >= 9 and day.year > self._year:
            self._year = day.year
            self._plan_surveys()

    def _plan_meetings(self) -> None:
        world = self._world
        if not self._meeting:
            self._meeting = [site for site in self._cast.sites if world.happens(_MEETING)]
        for site in self._meeting:
            if world.happens(_HELD):
                world.later(world.between(1, 24), self._meet, site)

    def _meet(self, site: Site) -> None:
        if site.open:
            world = self._world
            with world.acts(site.street.code):
                site.it.hold_joint_meeting(ProjectJointMeetingHeld(on=world.day, topic=world.chance.choice(_TOPICS)))

    def _plan_surveys(self) -> None:
        world = self._world
        for site in self._cast.sites:
            if site.open and world.happens(_SURVEYED):
                world.later(world.between(1, 80), self._survey, site)

    def _survey(self, site: Site) -> None:
        world = self._world
        if not site.open:
            return
        with world.acts(site.street.code):
            site.it.hold_survey(ProjectSurveyHeld(on=world.day, satisfied=int(world.chance.triangular(48, 99, 84))))
        if world.happens(_RECTIFIED):
            world.later(world.between(20, 60), self._rectify, site, world.day)

    def _rectify(self, site: Site, survey_on: date) -> None:
        if site.open:
            world = self._world
            with world.acts(site.street.code):
                published = world.day - timedelta(days=world.between(0, 5))
                site.it.publish_rectification(ProjectRectificationPublished(survey_on=survey_on, on=published))
