"""The chat: ``python chat_app.py [--home DIR] [--host 127.0.0.1] [--port 7860]``."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from kb.errors import KBError

_HEAD_START = 4.0  # seconds a page that is opened at once has before the model is loaded beside it


def main(arguments: list[str] | None = None) -> int:
    """Open the base, serve the page until interrupted. Returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        _run(given.home, given.host, given.port)
        print("已停止。")
    except KBError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已停止。")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chat_app.py", description="打开知策的问答网页")
    parser.add_argument("--home", metavar="目录", help="数据目录（默认见 ZHICE_HOME）")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="地址",
        help="监听的地址，默认 127.0.0.1，只有本机能访问；换别的要先有账号",
    )
    parser.add_argument("--port", type=_port, default=7860, metavar="端口", help="监听的端口，默认 7860")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口应是 1 到 65535 的整数，而不是 {text}")
    return int(text)


def _run(home: str | None, host: str, port: int) -> None:
    from eval.jobs import Jobs
    from kb.accounts import Accounts
    from kb.base import KnowledgeBase
    from kb.config import load_settings
    from kb.locks import serving
    from ui.desk import Desk
    from ui.ops.logs import set_up
    from ui.ops.service import Service
    from ui.ops.serving import serve
    from ui.rooms import Rooms
    from ui.sent_files import own_folder
    from ui.server import application, check_open, listen

    settings = load_settings(home=home)
    set_up(settings.log, questions=settings.log_questions)
    with (
        listen(host, port) as listener,
        closing(Accounts(settings.home)) as accounts,
        KnowledgeBase.open(settings) as base,
        serving(settings.home),
        own_folder(),
    ):
        check_open(listener, accounts)
        print("正在启动……", flush=True)
        desk = Desk(base)
        rooms, jobs = Rooms(desk, base), Jobs(settings.home)
        service = Service(desk, base, log_questions=settings.log_questions)
        app = application(desk, base, rooms.mine, jobs, accounts, service=service)
        desk.warm(_HEAD_START)
        shown = f"[{host}]" if ":" in host else host

        def ready() -> None:
            print(f"知策已就绪：http://{shown}:{port}/  （按 Ctrl-C 停止）", flush=True)

        try:
            serve(app, listener, ready, desk.running, settings.stop_seconds, rooms.close)
        finally:
            jobs.close()
            rooms.close()
            desk.close()


if __name__ == "__main__":
    sys.exit(main())
