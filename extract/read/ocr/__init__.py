"""provisional until the picture reader is written"""

MISSING = "install the extra that reads pictures: pip install 'ogi-reports[ocr]'"


def available() -> bool:
    return False
