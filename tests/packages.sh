# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests/run, tests/demo and .ci/run: makes sure that the Debian
# packages are there that tests/packages lists for a purpose, one "PURPOSE
# PACKAGE" a line. As root it installs what is missing; otherwise it says
# exactly what to install.

# need_packages TOP PURPOSE...: returns non-zero, after saying why, when packages are missing.
need_packages () {
    list=$1/tests/packages
    shift
    wanted=$(for purpose; do sed -n "s/^$purpose //p" "$list"; done | LC_ALL=C sort -u)
    if ! command -v dpkg-query >/dev/null; then
        echo "no dpkg here: make sure that what these Debian packages hold is installed:" >&2
        # shellcheck disable=SC2086
        echo " " $wanted >&2
        return 0
    fi
    # shellcheck disable=SC2086
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
        sed -n 's/ installed$//p')
    missing=$(for package in $wanted; do
        echo "$have" | grep -qxF "$package" || echo "$package"
    done)
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
