# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests/run, tests/demo and .ci/run: makes sure that the Debian
# packages in tests/packages are there. As root it installs what is missing;
# otherwise it says exactly what to install.

# need_packages TOP: returns non-zero, after saying why, when packages are missing.
need_packages () {
    if ! command -v dpkg-query >/dev/null; then
        echo "no dpkg here: make sure that what these Debian packages hold is installed:" >&2
        echo "  $(tr '\n' ' ' <"$1/tests/packages")" >&2
        return 0
    fi
    # shellcheck disable=SC2046
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(cat "$1/tests/packages") \
        2>/dev/null | sed -n 's/ installed$//p' | LC_ALL=C sort -u)
    missing=$(echo "$have" | LC_ALL=C comm -13 - "$1/tests/packages")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    if [ "$(id -u)" = 0 ]; then
        echo "installing" $missing >&2
        DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 &&
            DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
                $missing >&2
    else
        echo "these packages are missing; install them with:" >&2
        echo "  sudo apt-get install --no-install-recommends" $missing >&2
        return 1
    fi
}
