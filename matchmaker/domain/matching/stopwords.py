"""Words that carry no trade meaning: function words of both languages and the boilerplate of trade texts."""

import re
from typing import Final

_EN_WORDS: Final = """
a about above after all also am an and any are as at be because been being below between both but by can could
did do does doing down each etc few for from further had has have having he her here his how i if in into is it
its itself just more most my no nor not of off on once only or other our ours out over own per same shall she
should so some such than that the their them then there these they this those through to too under until up upon
us very via was we were what when where which while who whom why will with within without would you your new
various related including include based use used using high quality good best leading company companies co ltd
pte llc inc corp corporation limited supplier suppliers looking seeking wanted required requirement requirements
one two three four five six seven eight nine ten eleven twelve another year years month months
"""
_VI_WORDS: Final = """
và hoặc là của cho các những một với từ tại trong ngoài trên dưới theo được bị có không khi nếu thì mà để do vì
bởi về ra vào lên xuống đến tới này kia đó ấy đây rất cũng đã đang sẽ vẫn còn nên phải muốn như hay chúng
tôi ta bạn quý họ nó mọi mỗi từng nhiều ít hơn nhất lại nữa cùng bằng giữa sau trước qua rồi thuộc gồm bao dùng
loại cái chiếc khác v.v vv chuyên
"""
_MARKLESS_WORDS: Final = """
va hoac la cua cho cac nhung mot voi tu tai trong tren duoi theo duoc co khong khi neu thi ma de vi boi ve vao
den nay kia do ay rat cung da dang se van nhu hay va chung toi moi nhieu cung bang khac loai
"""
STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(_EN_WORDS.split()),
    "vi": frozenset(_VI_WORDS.split()),
    # For texts typed without accents: fewer, since a bare syllable often also spells a trade word.
    "vi_folded": frozenset(_MARKLESS_WORDS.split()),
}

# Phrases that say who speaks, that something is wanted or for how long, never what: two tenders for three years with an
# option to extend have nothing in common yet. What is to be done ("supply and delivery") is not here: left in, public
# awards were matched as well or slightly better.
BOILERPLATE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:invitation to (?:tender|quote)|tender for|open tender|itt)\b",
        r"\b(?:with )?(?:an? )?options? (?:to|of|for) (?:extend|renew|extension|renewal)\w*\b",
        r"\bfor (?:a|the) (?:\w+ )?(?:period|term|duration) of\b",
        r"\b(?:thư )?mời thầu\b",
        r"\btrong (?:vòng |thời (?:gian|hạn) )?(?:\d+|một|hai|ba|bốn|năm) (?:năm|tháng)\b",
        r"\b(?:we (?:are )?(?:looking|searching) for|looking for|in search of|interested in|wish to buy)\b",
        r"\b(?:công ty (?:tnhh|cổ phần|cp)|trách nhiệm hữu hạn|doanh nghiệp tư nhân)\b",
        r"\bchúng tôi (?:đang |rất )?(?:cần|muốn|chuyên|tìm)(?: (?:tìm|mua|nguồn|kiếm))*\b",
        r"\b(?:cần|muốn|tìm|có nhu cầu)(?: (?:tìm|mua|nguồn|kiếm))+\b",
        r"\bchuyên (?:sản xuất|cung cấp)\b",
        r"\b(?:cong ty (?:tnhh|co phan|cp)|can (?:tim|mua)|tim (?:mua|nguon|kiem))\b",
    )
)
