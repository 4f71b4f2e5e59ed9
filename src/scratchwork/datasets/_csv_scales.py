"""Words that have an order: known scales, ranges of numbers, counted words."""

import re

SCALES = tuple(
    tuple(level.strip() for level in line.split("<"))
    for line in """
    none < very low < low < medium < high < very high
    very low < low < moderate < high < very high
    low < mid < high
    low < normal < high
    low < average < high
    low < med < high
    niedrig < mittel < hoch
    faible < moyen < élevé
    bajo < medio < alto
    xxs < xs < s < m < l < xl < xxl < xxxl
    x-small < small < medium < large < x-large
    tiny < small < medium < large < huge
    never < almost never < rarely < seldom < sometimes < occasionally < often < frequently < usually < almost always < always
    strongly disagree < disagree < somewhat disagree < neutral < somewhat agree < agree < strongly agree
    strongly disagree < disagree < slightly disagree < neither agree nor disagree < slightly agree < agree < strongly agree
    very dissatisfied < dissatisfied < neutral < satisfied < very satisfied
    very unlikely < unlikely < neutral < likely < very likely
    very bad < bad < ok < good < very good
    terrible < bad < average < good < excellent
    very poor < poor < fair < average < good < very good < excellent
    fair < good < very good < premium < ideal
    i1 < si2 < si1 < vs2 < vs1 < vvs2 < vvs1 < if
    below college < college < bachelor < master < doctor
    bad < good < better < best
    po < fa < ta < gd < ex
    none < mild < moderate < severe < very severe < critical
    minor < moderate < major < critical
    low < medium < high < critical < urgent
    young < middle-aged < old
    young < middle < old
    child < teen < adult < senior
    child < adult
    beginner < intermediate < advanced < expert
    junior < mid < senior < lead
    unskilled < skilled < highly skilled
    cold < cool < warm < hot
    slow < medium < fast
    light < medium < heavy
    bronze < silver < gold < platinum < diamond
    free < basic < standard < premium < enterprise
    first < second < third < fourth < fifth < sixth < seventh < eighth < ninth < tenth
    1st < 2nd < 3rd < 4th < 5th < 6th < 7th < 8th < 9th < 10th
    i < ii < iii < iv < v < vi < vii < viii < ix < x
    primary < secondary < tertiary
    no schooling < primary school < middle school < high school < some college < associate < bachelor < master < phd
    no schooling < primary school < middle school < high school < some college < associate's degree < bachelor's degree < master's degree < doctorate
    high school < college < bachelors < masters < doctorate
    freshman < sophomore < junior < senior
    jan < feb < mar < apr < may < jun < jul < aug < sep < oct < nov < dec
    january < february < march < april < may < june < july < august < september < october < november < december
    mon < tue < wed < thu < fri < sat < sun
    monday < tuesday < wednesday < thursday < friday < saturday < sunday
    morning < afternoon < evening < night
    """.strip().splitlines()
)  # fmt: skip
# "Yes" and "no" words, and pairs such as a/b, are no scale; a scale of two needs both its words next to each other above.
SHORTEST_SCALE = 3
MOST_LEVELS = 60


def scale_of(keys):
    """The keys in the order of a known scale, of ranges ("10-19") or of a counted word ("stage 2"); None if no such.

    >>> scale_of({"high", "low", "medium"})
    ['low', 'medium', 'high']
    >>> scale_of({"20-29", "<10", "10-19", "30+"})
    ['<10', '10-19', '20-29', '30+']
    >>> scale_of({"red", "green", "blue"}) is None
    True
    """
    keys = set(keys)
    if not 2 <= len(keys) <= MOST_LEVELS:
        return None
    plain = {key: re.sub(r"[\s_\-]+", " ", key).strip() for key in keys}
    for scale in SCALES:
        if set(plain.values()) <= set(scale) and (
            len(keys) >= SHORTEST_SCALE or adjacent_ends(set(plain.values()), scale)
        ):
            return sorted(keys, key=lambda key: scale.index(plain[key]))
    return ranges_in_order(keys) or counted_in_order(keys)


def adjacent_ends(keys, scale):
    """Two levels speak for a scale only when they are words of more than three letters or the scale is of two."""
    return len(scale) == 2 or all(len(key) > 2 and key not in ("none", "may", "sat", "sun", "mar") for key in keys)


RANGE = re.compile(
    r"(?P<under><|<=|≤|under|below|less than|up to|bis|unter)?\s*[$€£]?(?P<low>\d[\d.,]*)\s*[k%]?\s*"
    r"(?:(?:-|–|—|to|bis|à|until)\s*[$€£]?(?P<high>\d[\d.,]*)\s*[k%]?|(?P<over>\+|and over|and above|or more|and older|or older|plus|und mehr|or over|>))?\s*"
    r"(?P<unit>[a-z]{0,7})",
)
OVER = re.compile(r"(?:>|>=|≥|over|above|more than|über|mehr als)\s*[$€£]?(?P<low>\d[\d.,]*)\s*[k%]?\s*[a-z]{0,7}")
INTERVAL = re.compile(r"[\[(]\s*(?P<low>-?[\d.]+|-inf)\s*[,;]\s*(?P<high>-?[\d.]+|inf)\s*[\])]")


def ranges_in_order(keys):
    """Levels that are ranges of numbers, by their lower ends; None when one is not or all are bare numbers."""
    ends, real = {}, 0
    for key in keys:
        over, match, interval = OVER.fullmatch(key), RANGE.fullmatch(key), INTERVAL.fullmatch(key)
        if match and match["high"] and (number(match["high"]) <= number(match["low"]) or match["high"].startswith("0")):
            return None
        if interval:
            ends[key] = (float(interval["low"]), 0)
        elif over:
            ends[key] = (number(over["low"]), 2)
        elif match:
            ends[key] = (number(match["low"]), 0 if match["under"] else 1 + bool(match["over"]))
        else:
            return None
        real += bool(over or interval or (match and (match["high"] or match["under"] or match["over"])))
    return sorted(keys, key=ends.get) if real >= 0.5 * len(keys) else None


def number(text):
    """The value of an end of a range; separators of thousands are skipped."""
    digits = re.sub(r"[.,](?=\d{3}\b)", "", text).strip(".,").replace(",", ".")
    return float(digits) if digits.count(".") < 2 else 0.0


def counted_in_order(keys):
    """Levels of one word with a number ("grade 1", "grade 10"), by the number; None otherwise."""
    matches = {
        key: re.fullmatch(
            r"(stage|grade|level|tier|rank|class|phase|degree|step|stufe|t|lvl|q|quintile|quartile|decile)[\s_\-]?(\d{1,3})",
            key,
        )
        for key in keys
    }
    if any(match is None for match in matches.values()) or len({match[1] for match in matches.values()}) != 1:
        return None
    return sorted(keys, key=lambda key: int(matches[key][2]))
