"""A village as residents' pages show it: names in three languages, a team, figures, answers, subjects with icons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.listening import services
from answerable.listening.models import Case, PublicAnswer
from answerable.places.models import Area
from answerable.programme.models import Posting, Round, Sponsor, Standard, Subject, Team

from .world import DAY, World, make_world

NAMES = {
    "Riverland": ("Green River Province", "مقاطعة النهر الأخضر", "绿河省"),
    "Fordland": ("Stone Bridge County", "محافظة الجسر الحجري", "石桥县"),
    "Upper Ford": ("Willow Township", "بلدة الصفصاف", "柳树镇"),
    "Ford": ("Upper Willow Village", "قرية الصفصاف العليا", "上柳村"),
    "Well": ("Old Well Village", "قرية البئر القديمة", "老井村"),
}
#: Key, icon, parent, names. The two-level list, shortened.
SUBJECTS = (
    ("water", "water", "", ("Water", "الماء", "水")),
    ("water-supply", "", "water", ("No water comes", "انقطاع الماء", "没有水")),
    ("water-clean", "", "water", ("The water is not clean", "الماء غير نظيف", "水不干净")),
    ("light", "light", "", ("Electricity and light", "الكهرباء والإنارة", "电和照明")),
    ("roads", "road", "", ("Roads and bridges", "الطرق والجسور", "道路桥梁")),
    ("road-mud", "", "roads", ("Mud on the road", "وحل في الطريق", "路上泥泞")),
    ("school", "school", "", ("School", "المدرسة", "学校")),
    ("health", "health", "", ("Health", "الصحة", "医疗")),
    ("housing", "house", "", ("Housing", "السكن", "住房")),
    ("farming", "farm", "", ("Farming", "الزراعة", "农业")),
    ("waste", "waste", "", ("Waste", "النفايات", "垃圾")),
    ("money", "money", "", ("Money and support", "المال والدعم", "资金补助")),
    ("other", "other", "", ("Something else", "شيء آخر", "其他")),
    ("conduct", "shield", "", ("Staff conduct", "سلوك الموظفين", "工作人员行为")),
)
ANSWERS = (
    (
        "water",
        "en",
        "The pump at the school was replaced on 12 February. The township checks it every Monday.",
    ),
    ("light", "ar", "رُكّبت ستة مصابيح شمسية على طريق العيادة. قال السكان إنها تعمل."),
    ("roads", "zh-Hans", "桥栏杆已经订购，三月底前安装。安装以前请走旁边的小路。"),
    ("school", "en", "A second teacher can't be paid this year: the county pays one for each 60 children."),
)


def tongues(three: tuple[str, str, str]) -> dict[str, str]:
    """Names in the three page languages."""
    return {"en": three[0], "ar": three[1], "zh-Hans": three[2]}


@dataclass
class Village:
    """The world, the village in it, and a code that follows a matter."""

    world: World
    area: Area
    code: str = ""

    @property
    def path(self) -> str:
        """The village page's address without the language."""
        return f"area/{self.area.pk}/"


def make_village(day: date = DAY) -> Village:
    """Dress the small world's village Ford."""
    world = make_world()
    for name, three in NAMES.items():
        area = world.areas[name]
        area.names = tongues(three)
        area.search_text = "|" + "|".join(text.lower() for text in three) + "|"
        area.save()
    for level, three in {
        "province": ("Province", "مقاطعة", "省"),
        "county": ("County", "محافظة", "县"),
        "township": ("Township", "بلدة", "镇"),
        "village": ("Village", "قرية", "村"),
    }.items():
        world.levels[level].names = tongues(three)
        world.levels[level].save()
    for position, (key, icon, parent, three) in enumerate(SUBJECTS):
        subject, _ = Subject.objects.get_or_create(key=key)
        subject.names, subject.icon, subject.position = tongues(three), icon, position
        subject.parent = world.subjects[parent] if parent else None
        subject.save()
        world.subjects[key] = subject
    world.subjects["bribery"].names = tongues(("Bribery", "رشوة", "贿赂"))
    world.subjects["bribery"].save()
    sponsor = Sponsor.objects.create(
        key="lake", names=tongues(("Lake University", "جامعة البحيرة", "湖畔大学"))
    )
    team = Team.objects.create(
        key="team-7", names=tongues(("Team 7", "الفريق 7", "第七工作队")), sponsor=sponsor
    )
    spell = Round.objects.create(
        key="2026", names={"en": "2026"}, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    Posting.objects.create(
        team=team,
        area=world.areas["Ford"],
        round=spell,
        starts_on=spell.starts_on,
        ends_on=spell.ends_on,
    )
    Standard.objects.create(
        subject=None, valid_from=date(2025, 1, 1), acknowledge_days=3, answer_days=7, resolve_days=30
    )
    for key, names in {
        "upper-ford-desk": ("Willow Township service desk", "مكتب خدمات بلدة الصفصاف", "柳树镇服务台"),
        "focal-point": ("Independent focal point", "جهة الاتصال المستقلة", "独立联络人"),
    }.items():
        post = next(p for p in world.posts.values() if p.key == key)
        post.names = tongues(names)
        post.save()
    _fill(world, day)
    return Village(world, world.areas["Ford"])


def _fill(world: World, day: date, count: int = 128) -> None:
    """Matters of the months before, most of them answered, and four answers for the public."""
    ford, desk = world.areas["Ford"], world.posts["upper-ford-desk"]
    cases = []
    for n in range(count):
        on = day - timedelta(days=40 + n * 2)
        answered = n % 5 != 0
        cases.append(
            Case(
                area=ford,
                subject=world.subjects[("water", "roads", "school", "light")[n % 4]],
                kind="need",
                state="answered" if answered else "assigned",
                owner=desk,
                acknowledge_days=3,
                answer_days=7,
                resolve_days=30,
                silence_days=14,
                received_on=on,
                acknowledge_due_on=on,
                answer_due_on=on + timedelta(days=9),
                resolve_due_on=on + timedelta(days=42),
                last_word_on=on,
                acknowledged_on=on,
                answered_on=on + timedelta(days=5) if answered else None,
                confirmed_on=on + timedelta(days=20) if n % 3 == 1 else None,
            )
        )
    Case.objects.bulk_create(cases)
    made = list(Case.objects.filter(area=ford, state="answered").order_by("pk")[: len(ANSWERS)])
    for n, (case, (key, language, text)) in enumerate(zip(made, ANSWERS, strict=True)):
        PublicAnswer.objects.create(
            case=case,
            area=ford,
            subject=world.subjects[key],
            month=date(2026, 2 - n % 2, 1),
            language=language,
            text=text,
        )


def tell_and_answer(village: Village, *, claimed: bool = True) -> str:
    """A matter told by the public page and taken on by the handler; returns its code."""
    amina = village.world.actor("amina")
    heard = services.receive_feedback(
        actor=PUBLIC,
        area=village.area,
        kind="need",
        subject=village.world.subjects["water"],
        text="The pump at the school gives no water since August.",
        language="en",
        channel="web",
    )
    with clock.held_at(clock.today() + timedelta(days=2)):
        case = services.screen_case(
            actor=amina,
            case=heard.case.pk,
            version=heard.case.version,
            subject=heard.case.subject,
            kind="need",
            urgent=False,
        )
        case = services.start_work(actor=amina, case=case.pk, version=case.version)
    if claimed:
        with clock.held_at(clock.today() + timedelta(days=9)):
            services.claim_done(
                actor=amina,
                case=case.pk,
                version=case.version,
                text="The pump was replaced. Please say whether water comes.",
                language="en",
            )
    assert heard.code
    return heard.code


@pytest.fixture
def village(db: None) -> Village:
    """The dressed village."""
    return make_village()
