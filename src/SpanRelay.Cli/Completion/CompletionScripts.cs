namespace SpanRelay.Cli.Completion;

/// <summary>
/// Each script asks <c>spanrelay '[suggest:position]' 'line'</c>, with the line behind the command's name. Options are offered once a
/// hyphen is typed, so that files can be completed where no value is known.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash = """
        # spanrelay completion bash
        _spanrelay() {
            local name=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} suggestion
            local line=${COMP_LINE#"$name"}
            COMPREPLY=()
            while IFS= read -r suggestion; do
                suggestion=${suggestion%$'\r'}
                [[ $suggestion == "$word"* && ( $word == -* || $suggestion != [-/]* ) ]] && COMPREPLY+=("$suggestion")
            done < <("$name" "[suggest:$((COMP_POINT - ${#name}))]" "$line" 2>/dev/null)
        }
        complete -o default -F _spanrelay spanrelay

        """;

    public const string Zsh = """
        #compdef spanrelay
        # spanrelay completion zsh
        _spanrelay() {
            local line=" ${(j: :)words[2,CURRENT]}" suggestion
            local -a suggestions
            for suggestion in "${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}"; do
                [[ -n $suggestion && ( ${words[CURRENT]} == -* || $suggestion != [-/]* ) ]] && suggestions+=("$suggestion")
            done
            compadd -- "${suggestions[@]}" || _files
        }
        compdef _spanrelay spanrelay

        """;

    public const string Fish = """
        # spanrelay completion fish
        function __spanrelay
            set -l line (commandline --cut-at-cursor | string replace --regex '^\s*\S+' '')
            set -l suggestions (spanrelay "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            if not string match --quiet -- '-*' (commandline --current-token)
                set suggestions (string match --invert --regex '^[-/]' -- $suggestions)
            end
            printf '%s\n' $suggestions
        end
        complete --command spanrelay --arguments '(__spanrelay)'

        """;

    public const string PowerShell = """
        # spanrelay completion pwsh
        Register-ArgumentCompleter -Native -CommandName spanrelay -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $name = $commandAst.CommandElements[0].Extent.Text
            $position = $cursorPosition - $commandAst.Extent.StartOffset - $name.Length
            $line = $commandAst.ToString().Substring($name.Length).PadRight($position)
            & $name "[suggest:$position]" $line 2>$null |
                Where-Object { $_.StartsWith($wordToComplete) -and ($wordToComplete.StartsWith('-') -or $_ -notmatch '^[-/]') } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;
}
