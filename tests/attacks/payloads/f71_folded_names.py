# F73: names in letters that fold to others, and a right answer behind them: no check of names decides anything.
def ｄｏｕｂｌｅ(ｘ):
    return ｅｖａｌ("2 * x", {"x": ｘ})


def total(x):
    return float(x.sum())
