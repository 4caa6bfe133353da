import pytest

from matchmaker.domain.city_names import in_english


@pytest.mark.parametrize(
    ("city", "name"),
    [
        ("Hà Nội", "Hanoi"),
        ("TP. Hồ Chí Minh", "Ho Chi Minh City"),
        ("TP.HCM", "Ho Chi Minh City"),
        ("Hồ Chí Minh", "Ho Chi Minh City"),
        ("Thành phố Đà Nẵng", "Da Nang"),
        ("TP Đà Nẵng", "Da Nang"),
        ("HÀ NỘI", "Hanoi"),
        ("Nam Định, Ninh Bình", "Nam Dinh, Ninh Binh"),
        ("Quảng Hà", "Quang Ha"),
        ("", ""),
    ],
)
def test_a_city_is_written_as_english_writes_it(city, name):
    assert in_english(city) == name
