"""What a comparison of the tables in the code with a migrated database leaves out."""

OURS_IN_SQL = {("table", "clock_shift"), ("column", "txid")}  # written and read by the database alone


def is_modelled(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:  # noqa: FBT001
    return (kind, name) not in OURS_IN_SQL
