"""Names as people type them: which are a name, which only a form of address, a nickname, a mask or a placeholder.

`张先生` tells the family name and how to address the person, but two 张先生 are two persons; `微信用户` and `小太阳☀️`
tell nothing. The reader flags them so that matching never counts them as evidence.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 80
_COMPOUND = [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "轩辕",
    "长孙",
    "宇文",
    "端木",
    "独孤",
    "南宫",
    "百里",
    "东郭",
    "呼延",
    "西门",
    "澹台",
    "公冶",
    "宗政",
    "濮阳",
    "淳于",
    "单于",
    "太叔",
    "申屠",
    "钟离",
    "闻人",
    "赫连",
    "拓跋",
    "鲜于",
    "闾丘",
    "司空",
    "第五",
    "万俟",
]
_SINGLE = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫"
    "段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文樊葛颜牛邢安齐庄温章鲁施关焦翟祝柳伍倪喻纪项涂阮欧柯季殷梅骆兰裴詹盛凌洪舒柴耿岳苗甘宁符游鲍左单"
    "管申解车尚霍滕成冉卞宫古明辛应池艾褚娄窦巩丘桂蒲麻连景戚占冷辜佘卜姬谷慕翁蓝华司于仇晏简饶房查屈诸全储郁习包苑丛强"
)
_HONORIFICS = {
    "先生": "先生",
    "女士": "女士",
    "小姐": "小姐",
    "太太": "太太",
    "老师": "老师",
    "老板": "老板",
    "总": "总",
    "经理": "经理",
    "同志": "同志",
    "阿姨": "阿姨",
    "叔叔": "叔叔",
    "大哥": "大哥",
    "师傅": "师傅",
    "医生": "医生",
    "教授": "教授",
    "夫人": "夫人",
    "同学": "同学",
}
_ENGLISH = re.compile(
    r"^(?P<salutation>mr|mrs|ms|miss|dr|prof|sir|madam)\.?(?:\s+(?P<rest>.*))?$", re.IGNORECASE
)
_PLACEHOLDERS = {
    *(
        "无",
        "未知",
        "匿名",
        "客户",
        "顾客",
        "用户",
        "潜客",
        "意向客户",
        "姓名",
        "测试",
        "微信昵称",
        "客户姓名",
        "未填写",
        "保密",
        "不详",
    ),
    *(
        "none",
        "null",
        "n/a",
        "na",
        "unknown",
        "anonymous",
        "test",
        "test test",
        "customer",
        "guest",
        "name",
        "no name",
        "-",
    ),
}
_GENERATED = re.compile(
    r"^(微信|手机|抖音|匿名|新|游客|访客)?(用户|客户|网友|游客|访客|user|guest|wxid)[_\- ]?\w*$",
    re.IGNORECASE,
)
_HAN = re.compile(r"^[\u3400-\u9fff\u3007]{1,12}(?:·[\u3400-\u9fff]{1,12})*$")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts. `is_name` is false for a salutation, a nickname, a mask or a placeholder (see `reason`)."""

    full: str = ""
    family: str = ""
    given: str = ""
    middle: str = ""
    salutation: str = ""
    nickname: str = ""
    is_name: bool = False
    reason: str = "name.missing"


NOBODY = PersonName()


def read_name(
    full: str = "",
    *,
    family: str = "",
    given: str = "",
    middle: str = "",
    salutation: str = "",
    nickname: str = "",
) -> PersonName:
    """Put the parts of a name together and judge whether it is one. Never raises."""
    parts = [_plain(part) for part in (full, family, given, middle, salutation, nickname)]
    full, family, given, middle, salutation, nickname = parts
    if not full and (family or given):
        full = _joined(family, given, middle)
    if not full:
        return PersonName(
            nickname=nickname, salutation=salutation, reason="name.nickname" if nickname else "name.missing"
        )
    if family and given and not is_nickname(full):
        return PersonName(full, family, given, middle, salutation, nickname, *_verdict(full))
    return _from_full(full, salutation, nickname)


def is_nickname(text: str) -> bool:
    """Does this look like a screen name: symbols, digits, emoji, or a generated one?"""
    if _GENERATED.match(text):
        return True
    return any(
        unicodedata.category(c)[0] in "SN" or unicodedata.category(c) in {"Co", "Cn", "Cs"} for c in text
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).replace("\ufeff", "").split())


def _joined(family: str, given: str, middle: str) -> str:
    if _HAN.match(family or given):
        return family + middle + given
    return " ".join(part for part in (given, middle, family) if part)


def _verdict(full: str) -> tuple[bool, str]:
    if full.casefold() in _PLACEHOLDERS:
        return False, "name.placeholder"
    if "*" in full or "某" in full or re.search(r"[xX]{2,}$", full):
        return False, "name.masked"
    if is_nickname(full):
        return False, "name.nickname"
    return True, ""


def _from_full(full: str, salutation: str, nickname: str) -> PersonName:
    rest, address = _without_honorific(full)
    salutation = salutation or address
    is_name, reason = _verdict(rest or full)
    familiar = len(full) == 2 and full[0] in "小老阿" and _is_family(full[1])
    if familiar:
        return PersonName(full, full[1], "", "", salutation or full, nickname, False, "name.salutation_only")
    if address and len(rest) <= 2 and (not rest or _is_family(rest) or rest[0] in "小老阿"):
        return PersonName(full, rest, "", "", salutation, nickname, False, "name.salutation_only")
    if not is_name:
        screen_name = nickname or (full if reason == "name.nickname" else "")
        return PersonName(full, "", "", "", salutation, screen_name, False, reason)
    family, given, middle = _split(rest)
    return PersonName(full, family, given, middle, salutation, nickname, True, "")


def _without_honorific(full: str) -> tuple[str, str]:
    english = _ENGLISH.match(full)
    if english:
        return english["rest"] or "", english["salutation"]
    for ending in _HONORIFICS:
        if full.endswith(ending) and (ending != "总" or len(full) == 2):
            return full[: -len(ending)].strip(), ending
    return full, ""


def _is_family(text: str) -> bool:
    return text in _SINGLE or text in _COMPOUND


def _split(full: str) -> tuple[str, str, str]:
    if _HAN.match(full):
        return _split_chinese(full)
    words = full.split(" ")
    if len(words) == 1:
        return "", words[0], ""
    return words[-1], words[0], " ".join(words[1:-1])


def _split_chinese(full: str) -> tuple[str, str, str]:
    if full[:2] in _COMPOUND and len(full) > 2:
        return full[:2], full[2:], ""
    if full[0] in _SINGLE and 2 <= len(full) <= 4:
        return full[0], full[1:], ""
    return "", full, ""
