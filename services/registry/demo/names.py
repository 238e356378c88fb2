"""Invented names and codes. Each name bears 演示, and the codes' registering authority does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from stdnum.cn import uscc

from services.registry.demo.places import City, County, Street

__all__ = ["Names", "codes"]

_AUTHORITY = "419900"
"""No division ever bore this code, so no registering authority gives out codes that begin with it."""
_FIRST = "澄岚栎禾沐珩汀筠霁樾曦琅谧泊蔚槿麓砚璟溪苒岫漪榕昀笙芷澍峤翎"
_SECOND = "舟穗和畅序安途嘉衡宁川朴一臻禧润盈熙岑洲信居邻庭家园合里景明"
_KINDS = ("物业服务有限公司", "物业管理有限公司", "物业服务有限责任公司", "城市服务有限公司", "生活服务有限公司")
_KIND_WEIGHTS = (50, 30, 8, 7, 5)
_ESTATES = ("花园", "小区", "家园", "苑", "府", "新城", "雅居", "里", "公馆", "新村", "佳苑", "一号院")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_MARK = "（演示）"


def codes(seed: int) -> Iterator[str]:
    """Credit codes with a right check character (GB 32100) that no registry gives out, each once."""
    for number in count(seed % 100 * 1_000 + 1):
        body = f"91{_AUTHORITY}DEM{number:06d}"
        yield body + uscc.calc_check_digit(body)


class Names:
    """Names by a source of chance; an enterprise's name is given once."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._given: set[str] = set()
        self._people = 0

    def enterprise(self, city: City) -> str:
        """焦作栎禾物业服务有限公司（演示）."""
        while True:
            kind = self._chance.choices(_KINDS, _KIND_WEIGHTS)[0]
            name = f"{city.name.removesuffix('市')}{self._word()}{kind}{_MARK}"
            if name not in self._given:
                self._given.add(name)
                return name

    def marked(self, name: str) -> str:
        """A name that is made of another, marked as the others are."""
        return f"{name.replace(_MARK, '')}{_MARK}"

    def branch(self, enterprise: str, county: County) -> str:
        """The branch office of an enterprise in a county."""
        return self.marked(f"{enterprise}{county.name}分公司")

    def project(self) -> str:
        return f"{self._word()}{self._chance.choice(_ESTATES)}{_MARK}"

    def person(self) -> str:
        """A number and a surname: nobody can be meant."""
        self._people += 1
        return f"演示{self._chance.choice(_SURNAMES)}{self._people:05d}"

    def address(self, county: County, street: Street | None) -> str:
        """Down to the street where one is known; the road is invented."""
        place = "" if county.city.unit == county.unit else county.city.name
        where = f"{place}{county.name}{street.name if street else ''}"
        return f"河南省{where}演示{self._chance.choice(_FIRST)}路{self._chance.randrange(1, 400)}号"

    def _word(self) -> str:
        word = self._chance.choice(_FIRST) + self._chance.choice(_SECOND)
        return word + self._chance.choice(_FIRST) if self._chance.random() < 0.5 else word
