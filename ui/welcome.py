"""What the page says before the first question."""

from __future__ import annotations

from kb.accounts import Caller
from ui.markup import esc


def brand() -> str:
    """The name of the page, and the way past it for those who read with the keyboard."""
    return (
        '<header class="brand"><a class="skip" href="#question">跳到提问</a>'
        '<span class="mark" aria-hidden="true"></span><h1>知策</h1><p>只凭证据作答，每一句都可核对</p></header>'
    )


def who(caller: Caller) -> str:
    """Who is logged in, with the way to the account; what a reader cannot do is hidden by its class."""
    return (
        f'<a class="who {caller.role.value}" href="/account" target="_blank" rel="noopener" '
        f'title="我的账号：密码、密钥、退出">{esc(caller.name)}<span>{caller.role.told}</span></a>'
    )


def welcome(documents: int) -> str:
    """What can be done with so many documents."""
    if not documents:
        return (
            '<div class="notice empty"><p><strong>知识库里还没有文件。</strong>'
            "把文件放进一个文件夹，在终端运行下面的命令，然后刷新本页：</p>"
            "<pre>python -m ingest sync 文件夹</pre></div>"
        )
    return (
        '<div class="welcome"><h2>想了解哪项政策？</h2>'
        f"<p>回答全部出自已导入的 {documents} 份文件，句末的 <b>[1]</b> 可以点开核对原文；没有依据时会直接说明。</p>"
        "</div>"
    )
