"""Writes draw_log.jsonl: a published day of draws, computed from the documentation of `app::draw_log` by the functions of draw.py.
    python3 draw_log.py > draw_log.jsonl
"""
import contextlib
import hashlib
import io
import json

with contextlib.redirect_stdout(io.StringIO()):
    import draw as d

SEED = hashlib.sha256(b"the seed of a published day").digest()
DAY, DAY_NUMBER = "2026-11-22", 20779
lines = []


def write(**members):
    lines.append(json.dumps(members, separators=(",", ":")) + "\n")


write(log="raiten-draws-v1", campaign_id=d.CAMPAIGN, day=DAY, commitment=d.sha(SEED), seed=SEED.hex(), older=0)
names = sorted(hashlib.sha256(b"player %d" % n).hexdigest()[:32] for n in range(3))
for n, name in enumerate(names):
    table = d.TABLES[0 if n else 1]
    digest = d.odds_hash(d.CAMPAIGN, name, DAY_NUMBER, table)
    for play in range(1, n + 2):
        nonce = hashlib.sha256(b"nonce %d %d" % (n, play)).hexdigest()[:24]
        ticket, _ = d.draw(SEED, d.CAMPAIGN, name, play, nonce, digest)
        prize = d.outcome(table, ticket)
        write(pseudonym=name, play_number=play, client_nonce=nonce, odds=[list(row) for row in table], odds_hash=digest,
              ticket=ticket, prize_id=prize, value=next(v for p, v, _ in table if p == prize))
write(draws=len(lines) - 1, sha256=d.sha("".join(lines).encode()))
print("".join(lines), end="")
