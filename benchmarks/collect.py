"""How fast collecting is, against a server on loopback: `python benchmarks/collect.py`.

- pages a second without rate limits: 5,000 report pages on 50 hosts, first night, then a second with nothing new
- how near a rate limit is kept, as the server's log has it
- how long it takes to load a registry of 50,000 rows (`--rows`), in processor time
- how long it takes to decide what to fetch, with 50,000 sources and 2 million known addresses (`--known 0`: leave it out)
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import resource
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.model import Source
from extract.fetch.night import queue
from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.history import History
from extract.fetch.night.page_reader import reading
from extract.fetch.night.queue import Recheck
from extract.fetch.night.shards import WHOLE, Shard
from extract.fetch.sources import load

REPORT = Path(__file__).resolve().parents[1] / "data" / "samples" / "reports" / "pingtan-2022.html"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5_000, help="0: ask for nothing")
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--rate", type=float, default=2, help="requests a second to each host, in the run with limits")
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the table of sources; 0: leave it out")
    parser.add_argument("--known", type=int, default=2_000_000)
    options = parser.parse_args()
    print("| what | figure | peak memory |\n|---|---|---|")
    if options.rows:
        with tempfile.TemporaryDirectory() as scratch:
            table(Path(scratch), options.rows)
    if options.pages:
        with tempfile.TemporaryDirectory() as scratch, serving(options.pages // options.hosts) as (port, ask):
            speed(Path(scratch), port, ask, options.pages, options.hosts)
            limits(Path(scratch), port, ask, options.hosts, options.rate)
    if options.known:
        with tempfile.TemporaryDirectory() as scratch:
            decide(Path(scratch), options.known)


def table(folder: Path, rows: int) -> None:
    """A registry as a table, whose rows have what a person writes down, and the families' settings beside it."""
    (folder / "families.csv").write_text("family,rate,years\ntrs,0.5,2008-\nkaipu,1,2019-\n", encoding="utf-8")
    with (folder / "table.csv").open("w", encoding="utf-8") as file:
        file.write("name,listings,division,organ,family,hosts,rate,years\n")
        for n in range(rows):
            family = ("trs", "kaipu", "")[n % 3]
            file.write(f"源{n},http://www.site{n}.gov.cn/zfxxgk/zfxxgknb/index.html,350128,某单位{n},{family},,,\n")
    start = time.process_time()
    assert len(load(folder)) == rows
    print(
        f"| loading {rows:,} sources of a table | {time.process_time() - start:.1f} s of a core | {memory():,.0f} MB |",
        flush=True,
    )


def sources(port: int, hosts: int, path: str = "/list") -> list[Source]:
    own = ("www.pingtan.example",)  # whose page is served
    return [Source(f"site {n}", (f"http://127.0.0.{n}:{port}{path}",), hosts=own) for n in range(1, hosts + 1)]


def speed(folder: Path, port: int, ask: Connection, pages: int, hosts: int) -> None:
    """A first night and a second one, without rate limits."""
    manners = Manners(contact="https://example.org", rate=0, per_host=4)
    for title in ("first night", "second night, nothing new"):
        before = memory()
        start = time.perf_counter()
        with collecting(folder / "speed", manners, reading(), Reach(loopback=True), Recheck(least=0)) as site:
            half: list[float] = []
            done = [0]

            def watch(_outcome: str, done: list[int] = done, half: list[float] = half) -> None:
                done[0] += 1
                if done[0] == pages // 2:
                    half.append(memory())

            totals = night(site, sources(port, hosts), watch=watch)["totals"]
        seconds = time.perf_counter() - start
        others = ("changed", "moved", "gone", "refused", "failed")
        assert totals["new"] + totals["unchanged"] == pages and not any(totals[name] for name in others), totals
        told = f"{before:,.0f} → {half[0]:,.0f} → {memory():,.0f} MB (start, half, end)"
        print(
            f"| {title}: {pages:,} pages on {hosts} hosts | {pages / seconds:,.0f} pages a second | {told} |",
            flush=True,
        )
    ask.send("clear")
    ask.recv()


def limits(folder: Path, port: int, ask: Connection, hosts: int, rate: float) -> None:
    """Every host at its limit: how near to it, and never beyond."""
    manners = Manners(contact="https://example.org", rate=rate)
    with collecting(folder / "limits", manners, reading(), Reach(loopback=True)) as site:
        night(site, sources(port, hosts), watch=lambda _outcome: None)
    ask.send("log")
    log: list[tuple[str, float]] = ask.recv()
    times: dict[str, list[float]] = defaultdict(list)
    for host, at in log:
        times[host].append(at)
    reached = [(len(each) - 1) / (each[-1] - each[0]) / rate for each in times.values()]
    most = max(within(each, 10.0) for each in times.values())
    gap = min(after - before for each in times.values() for before, after in itertools.pairwise(each))
    print(
        f"| limit of {rate:g} a second to each of {hosts} hosts | {min(reached):.1%} to {max(reached):.1%} of the limit;"
        f" at most {most} requests in any 10 s, never closer than {gap:.3f} s | |",
        flush=True,
    )


def within(times: list[float], seconds: float) -> int:
    """The most requests that fall into any span of so many seconds."""
    first, most = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def decide(folder: Path, known: int) -> None:
    """What is due tonight among so many known addresses of 50,000 sources."""
    count = known // 40
    with History(Places(folder).history) as history:
        start = time.perf_counter()
        queue.register(history, registry(count), datetime.now(UTC))
        print(f"| entering {count:,} sources | {time.perf_counter() - start:.1f} s | {memory():,.0f} MB |", flush=True)
        fill(history, count, known)
        for title, names, shard in (
            ("all", [], WHOLE),
            ("one source", ["source 77"], WHOLE),
            ("all, shard 1/3", [], Shard(1, 3)),
        ):
            start = time.perf_counter()
            queue.begin(history, names, None, datetime.now(UTC), Recheck(), shard)
            batches = queue.batches(history, 64)
            seconds, left = time.perf_counter() - start, queue.left(history)
            print(
                f"| deciding among {known:,} addresses ({title}): {left:,} due, {len(batches):,} batches | {seconds:.1f} s"
                f" | {memory():,.0f} MB |",
                flush=True,
            )


def registry(count: int) -> Iterator[Source]:
    for number in range(count):
        yield Source(f"source {number}", (f"http://www.site{number}.gov.cn/zfxxgknb/index.html",))


def fill(history: History, count: int, known: int) -> None:
    """Known reports, a third of them due tonight."""
    sql = """
        with recursive n (i) as (select 0 union all select i + 1 from n where i < ? - 1)
        insert into url (url, host, source, kind, text, year, etag, sha256, state, first_seen, checked_at, next_at, run)
        select 'http://www.site' || (i % ?1) || '.gov.cn/zfxxgknb/202401/t20240122_' || i || '.html',
            'www.site' || (i % ?2) || '.gov.cn', i % ?2 + 1, 'report', '某某县人民政府2023年政府信息公开工作年度报告',
            2008 + i % 16, '"' || i || '"', hex(randomblob(32)), 'unchanged', '2024-01-22T02:30:00+00:00',
            '2024-03-01T02:30:00+00:00', case when i % 3 then unixepoch() + 200000 else 0 end, 0
        from n
    """
    sql = sql.replace("?1", "?2").replace("< ? -", "< ?1 -")
    history.change(lambda con: con.execute(sql, (known - count, count))).result()
    history.change(lambda con: con.execute("insert or ignore into sighting select id, source from url")).result()


def memory() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


@contextmanager
def serving(pages: int) -> Iterator[tuple[int, Connection]]:
    """The server, in a process of its own. Answers "log" and "clear" over the connection."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, pages), daemon=True)
    process.start()
    try:
        yield here.recv(), here
    finally:
        process.terminate()
        process.join()


def serve(pipe: Connection, pages: int) -> None:
    """Lists of 100 links a page and real report pages, with ETags, as fast as Python serves."""
    body = REPORT.read_bytes()
    log: list[tuple[str, float]] = []
    listener = socket.create_server(("0.0.0.0", 0), backlog=512)
    pipe.send(listener.getsockname()[1])

    def answer(client: socket.socket) -> None:
        buffer = b""
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            while b"\r\n\r\n" not in buffer:
                part = client.recv(65536)
                if not part:
                    return
                buffer += part
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            host = head.lower().partition(b"host: ")[2].partition(b"\r\n")[0].decode()
            log.append((host, time.monotonic()))
            client.sendall(response(host, path, head, body, pages))

    def control() -> None:
        while True:
            wish = pipe.recv()
            pipe.send(log if wish == "log" else None)
            log.clear()

    threading.Thread(target=control, daemon=True).start()
    while True:
        client, _ = listener.accept()
        threading.Thread(target=answer, args=(client,), daemon=True).start()


def response(host: str, path: str, head: bytes, body: bytes, pages: int) -> bytes:
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path.startswith("/list"):
        content = listing(int(path.partition("?")[2] or 0), pages)
    else:
        content = body + f"<!-- {host}{path} -->".encode()
    etag = b'"%x"' % (hash((host, path)) & 2**63 - 1)
    if etag in head:
        return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\nContent-Length: 0\r\n\r\n" % etag
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (etag, len(content)) + content


def listing(page: int, pages: int) -> bytes:
    rows = "".join(
        f"<li><a href='/t20240122_{n}.html'>平潭综合实验区第{n}街道办事处{2000 + n % 24}年政府信息公开工作年度报告</a>"
        f"<span>2024-01-22</span></li>"
        for n in range(page * 100, min(page * 100 + 100, pages))
    )
    more = f"<a href='/list?{page + 1}'>下一页</a>" if (page + 1) * 100 < pages else ""
    return f"<html><head><title>政府信息公开年报</title></head><body><ul>{rows}</ul>{more}</body></html>".encode()


if __name__ == "__main__":
    main()
