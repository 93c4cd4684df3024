"""The commands, assembled, and what their errors mean to the shell."""

from __future__ import annotations

import errno
import os
import sys
import traceback

from toolkit.cli import annotating, collecting, defining, making, printing, slips, tracing
from toolkit.cli.usage import App, complaint
from toolkit.messages import _
from toolkit.model.errors import ToolkitError

CANNOT_RUN, INTERRUPTED = 2, 130


def build() -> App:
    """The whole command line as one typer application."""
    app = App(
        name="toolkit",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=_("财政局报表套表工具：定义一次，下发、回收、校验、汇总。"),
        epilog=_("每个命令都可加 --lang en 使用英文。先试：toolkit demo"),
    )
    for room in (collecting, annotating, slips, tracing, making, printing, defining):
        room.register(app)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. Whatever goes wrong is one message on stderr."""
    # typer expands wildcards for cmd.exe only when it reads sys.argv itself.
    sys.argv = ["toolkit", *arguments]
    try:
        ended = build()(prog_name="toolkit", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # ``toolkit rules | head``: who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as left:
        # typer itself leaves with 1 where the pipe broke while the command was still printing.
        if isinstance(left.__context__, BrokenPipeError):
            return 0
        raise
    except KeyboardInterrupt:
        ended = INTERRUPTED
    except ToolkitError as wrong:
        return _cannot(str(wrong))
    except OSError as wrong:
        return _cannot(_system(wrong))
    except Exception as wrong:
        return _unforeseen(wrong)
    if ended == INTERRUPTED:
        print(_("已中断。重新运行同一命令即可继续。"), file=sys.stderr)
    return ended if isinstance(ended, int) else 0


def _cannot(reason: str) -> int:
    print(_("无法运行：{reason}").format(reason=reason), file=sys.stderr)
    return CANNOT_RUN


def _system(wrong: OSError) -> str:
    """What the system refused, in our words where we have them."""
    known = {
        errno.ENOENT: _("找不到文件或文件夹"),
        errno.EEXIST: _("已有同名的文件"),
        errno.ENOTDIR: _("上级不是文件夹"),
        errno.EISDIR: _("是文件夹，不是文件"),
        errno.EACCES: _("没有权限"),
        errno.EPERM: _("没有权限"),
        errno.EROFS: _("磁盘是只读的"),
        errno.ENOSPC: _("磁盘空间不足"),
    }
    reason = known.get(wrong.errno or 0, wrong.strerror or str(wrong))
    return f"{reason} {wrong.filename or ''}".strip()


def _unforeseen(wrong: Exception) -> int:
    """A usage error, or a fault of ours: 1 would say that a check found something."""
    if type(wrong).__name__ == "NoArgsIsHelpError":
        print(wrong, file=sys.stderr)
        return CANNOT_RUN
    if hasattr(wrong, "format_message"):
        return _cannot(complaint(wrong))
    if os.environ.get("TOOLKIT_TRACEBACK"):
        traceback.print_exception(wrong)
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119
    print(
        _("程序内部错误：{what}（{where}）。设置环境变量 TOOLKIT_TRACEBACK=1 再运行可见详情。").format(
            what=f"{type(wrong).__name__}: {wrong}", where=where
        ),
        file=sys.stderr,
    )
    return CANNOT_RUN
