# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for simstow                               -*- shell-script -*-

_simstow_modems ()
{
    COMPREPLY=($(compgen -W "$(mmcli -L 2>/dev/null | sed -n 's|.*/Modem/\([0-9]*\).*|\1|p')" -- "$cur"))
}

_simstow ()
{
    local cur prev words cword
    _init_completion || return

    local verbs="list export ls show report verify diff merge convert restore setup backup status check fetch prune tidy schedule config watch trace esim help"
    local verb=${words[1]}
    if [[ $cword -eq 1 ]]; then
        COMPREPLY=($(compgen -W "$verbs --help --version" -- "$cur"))
        return
    fi

    case $prev in
        -m | --modem)
            _simstow_modems
            return
            ;;
        -o | --output | --report | --merge | --html | --image | --encrypt-to | --passphrase-file | --config | --key-sheet)
            _filedir
            return
            ;;
        --safety)
            _filedir -d
            return
            ;;
        --level)
            COMPREPLY=($(compgen -W "present digest whole restore" -- "$cur"))
            return
            ;;
        --compress)
            COMPREPLY=($(compgen -W "gzip zstd xz none" -- "$cur"))
            return
            ;;
        --only)
            COMPREPLY=($(compgen -W "messages contacts calls network esim" -- "$cur"))
            return
            ;;
        --from | --to)
            COMPREPLY=($(compgen -W "simstow sms-backup-restore vcard vcard-4 csv sms-import-export fossify qksms vmessage bmessage gammu-smsbackup gammu-backup sqlite mbox json" -- "$cur"))
            return
            ;;
    esac

    local options=
    case $verb in
        list) options="-m --modem --from-trace --json -h --help" ;;
        export) options="-m --modem --from-trace -o --output --compress --merge --journal --if-changed --simfiles --force --json --encrypt-to --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        ls) options="--quick --json --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        show) options="--conversations --json --with --grep --since --until --limit --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        report) options="-o --output --transcript --force --with --grep --since --until --limit --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        verify) options="--level -m --modem --json --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        diff) options="-m --modem --only --json --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        merge) options="--compress --force --mix --json --encrypt-to --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        convert) options="-o --output --from --to --only --csv-safe --strict --compress --force --json --encrypt-to --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        restore) options="-m --modem --only --latest --all --since -n --dry-run --replace --enable-profile --safety -y --yes --report --force --json --encrypt-to --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        setup) options="--destination --encrypt-to --new-key --key-sheet --key-elsewhere --schedule --config --force -h --help" ;;
        backup) options="--config --from-trace --renew --scheduled --json -h --help" ;;
        status) options="--config --json -h --help" ;;
        check) options="--config --json -h --help" ;;
        fetch) options="--config --from --sim --at -o --output --force --json --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        prune) options="--config -n --dry-run -h --help" ;;
        tidy) options="--config -m --modem --when-full --older-than -n --dry-run -y --yes -h --help" ;;
        schedule) options="--user --system -h --help" ;;
        config) options="--config -h --help" ;;
        watch) options="--exec --json -h --help" ;;
        trace) options="-m --modem -o --output --raw --force -h --help" ;;
        esim) options="-m --modem --timeout --html --force --secrets -y --yes --iccid --code-fd --image --confirmation-fd -o --output --encrypt-to --passphrase --passphrase-file --passphrase-fd --passphrase-credential -h --help" ;;
        help)
            COMPREPLY=($(compgen -W "${verbs% help}" -- "$cur"))
            return
            ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ $verb == esim && $cword -eq 2 ]]; then
        COMPREPLY=($(compgen -W "recovery-sheet add-code lpac" -- "$cur"))
    elif [[ $verb == schedule && $cword -eq 2 ]]; then
        COMPREPLY=($(compgen -W "enable disable status" -- "$cur"))
    elif [[ $verb == config && $cword -eq 2 ]]; then
        COMPREPLY=($(compgen -W "check" -- "$cur"))
    elif [[ $verb == show && $cword -gt 2 && $prev != -* ]]; then
        COMPREPLY=($(compgen -W "messages contacts calls network esim simfiles device" -- "$cur"))
    elif [[ " show verify diff merge convert restore esim " == *" $verb "* ]]; then
        _filedir
    fi
} &&
    complete -F _simstow simstow
