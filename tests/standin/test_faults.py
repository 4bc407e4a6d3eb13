import pytest

from kiosk.standin.faults import FAULT_NAMES, HTTP_FAULTS, Faults, parse_faults


def test_faults_are_read_by_name_and_value() -> None:
    faults = parse_faults(["mint=429-rate", "delay=0.5", "no-answer", "expire=3"])
    assert faults == Faults(mint="429-rate", delay=0.5, no_answer=True, expire=3.0)
    assert parse_faults([]) == Faults()


def test_every_fault_can_be_asked_for() -> None:
    for name in FAULT_NAMES:
        value = getattr(Faults(), name.replace("-", "_"))
        entry = {str: f"{name}=500", float: f"{name}=1"}.get(type(value), name)
        assert parse_faults([entry]) != Faults()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("sulk", "There is no fault 'sulk'; there are: mint"),
        ("mint", "needs one of: 400"),
        ("mint=418", "needs one of: 400"),
        ("delay=soon", "needs seconds"),
        ("drop=-1", "needs seconds"),
        ("drop=nan", "needs seconds"),
        ("silent=yes", "takes no value"),
    ],
)
def test_wrong_faults_get_one_clear_sentence(entry: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_faults([entry])


def test_only_a_rate_limit_says_when_to_come_back() -> None:
    assert [name for name, fault in HTTP_FAULTS.items() if fault.retry_after_s] == ["429-rate"]
