#!/bin/sh
# Makes the virtual environment named by $1 with the first Python of at least 3.11 that can.
set -eu
target=$1
found=
for python in python3 python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$python
        break
    fi
done
if [ -z "$found" ]; then
    echo '没有找到 Python 3.11 或更新的版本。请先安装，例如：sudo apt-get install python3 python3-venv' >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$found 缺少建立虚拟环境的模块。请先安装：sudo apt-get install python$version-venv，再运行一次。" >&2
    exit 1
fi
if [ ! -x "$target/bin/python" ]; then
    echo "正在用 $("$found" --version) 建立 $target ……"
    "$found" -m venv "$target"
fi
