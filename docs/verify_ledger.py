"""Check an exported ledger: python verify_ledger.py ledger.jsonl [the last seal as the report prints it]."""

import hashlib
import json
import sys


def main(path, head=None):
    before, number = "0" * 64, 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                entry = json.loads(line)
                sealed = entry["position"], entry["previous"], entry["digest"]
                expected = hashlib.sha256(f"{before}\n{entry['content']}".encode()).hexdigest()
            except (ValueError, KeyError, TypeError):
                return f"BROKEN at line {number}: it is no entry of a ledger"
            if sealed != (number, before, expected):
                return f"BROKEN at line {number}"
            before = expected
    if head and before != head:
        return f"BROKEN after line {number}: entries are missing, or the seal is not of this ledger"
    return f"OK: {number} entries, last seal {before}"


if __name__ == "__main__":
    verdict = main(*sys.argv[1:])
    print(verdict)
    sys.exit(not verdict.startswith("OK"))
