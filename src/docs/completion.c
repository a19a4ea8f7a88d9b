/* SPDX-License-Identifier: EUPL-1.2
 *
 * Completion for bash and zsh. What twinstage takes it says itself (twinstage --complete-line), so
 * that the names are those of the running show; what twinstaged takes stands in the scripts.
 */
#include "docs.h"
#include "own_options.h"

static const char *const settings[] = {
#define SETTING_TEXT(name, preset, meaning)		#name,
#define SETTING_INT(name, preset, least, most, meaning) #name,
#include <twinstage/settings.def>
#undef SETTING_TEXT
#undef SETTING_INT
};
#define N_SETTINGS (sizeof(settings) / sizeof(*settings))

/* ---- bash ---- */

static const char bash_twinstage[] =
	"_twinstage() {\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} found\n"
	"	COMPREPLY=()\n"
	"	while IFS= read -r found; do\n"
	"		found=${found%%$'\\t'*}\n"
	"		case $found in\n"
	"		'')\n"
	"			compopt -o filenames 2>/dev/null\n"
	"			mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"			continue ;;\n"
	"		*[:=]) compopt -o nospace 2>/dev/null ;;\n"
	"		esac\n"
	"		case $cur in\n"
	"		\\\"*\\\" | \\'*\\') printf -v found %q \"$found\" ;; # a closed quote is "
	"replaced, too\n"
	"		\\\"* | \\'*) ;;\n"
	"		*) printf -v found %q \"$found\" ;;\n"
	"		esac\n"
	"		COMPREPLY+=(\"$found\")\n"
	"	done < <(\"${COMP_WORDS[0]}\" --complete-line \"$line\" "
	"\"${COMP_WORDBREAKS//[^:=]/}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _twinstage twinstage\n";

static void put_bash_options(FILE *out)
{
	const struct own_option *option;

	for (int i = 0; (option = own_option("twinstaged", i)); i++)
		fprintf(out, "%s--%s", i ? " " : "", option->name);
}

void docs_bash(FILE *out)
{
	fputs("# SPDX-License-Identifier: EUPL-1.2\n"
	      "# Completion of twinstage and twinstaged for bash.\n\n",
	      out);
	fputs(bash_twinstage, out);
	fputs("\n_twinstaged() {\n"
	      "	local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "	COMPREPLY=()\n"
	      "	case $before in\n"
	      "	--config | --show)\n"
	      "		compopt -o filenames 2>/dev/null\n"
	      "		mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	      "		return ;;\n"
	      "	--set)\n"
	      "		compopt -o nospace 2>/dev/null\n"
	      "		COMPREPLY=($(compgen -S = -W '",
	      out);
	for (size_t i = 0; i < N_SETTINGS; i++)
		fprintf(out, "%s%s", i ? " " : "", settings[i]);
	fputs("' -- \"$cur\"))\n"
	      "		return ;;\n"
	      "	esac\n"
	      "	COMPREPLY=($(compgen -W '",
	      out);
	put_bash_options(out);
	fputs("' -- \"$cur\"))\n"
	      "}\n"
	      "complete -F _twinstaged twinstaged\n",
	      out);
}

/* ---- zsh ---- */

static const char zsh_twinstage[] =
	"_twinstage_words() {\n"
	"	local line candidate entry\n"
	"	local -a before words_so_far plain open\n"
	"	words_so_far=(\"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\")\n"
	"	for line in \"${(@f)$(${(Q)words[1]} --complete \"${(@)words_so_far}\" "
	"2>/dev/null)}\"; do\n"
	"		[[ -n $line ]] || continue\n"
	"		candidate=${line%%$'\\t'*}\n"
	"		entry=${candidate//:/\\\\:}\n"
	"		[[ $line == *$'\\t'?* ]] && entry+=:${line#*$'\\t'}\n"
	"		case $candidate in\n"
	"		'') _files ;;\n"
	"		*[:=]) open+=(\"$entry\") ;;\n"
	"		*) plain+=(\"$entry\") ;;\n"
	"		esac\n"
	"	done\n"
	"	(( $#plain )) && _describe -V twinstage plain\n"
	"	(( $#open )) && _describe -V twinstage open -S ''\n"
	"	return 0\n"
	"}\n";

/* What _arguments reads between its brackets. */
static void put_zsh_meaning(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			fputc('\\', out);
		if (*text == '\'')
			fputs("'\\'", out);
		fputc(*text, out);
	}
}

static void put_zsh_options(FILE *out)
{
	const struct own_option *option;

	for (int i = 0; (option = own_option("twinstaged", i)); i++) {
		fprintf(out, " \\\n		'*--%s[", option->name);
		put_zsh_meaning(out, option->meaning);
		fputs("]", out);
		if (option->word[0] == 'F')
			fputs(":file:_files", out);
		else if (option->word[0])
			fputs(":setting:_twinstaged_settings", out);
		fputs("'", out);
	}
	fputs("\n", out);
}

void docs_zsh(FILE *out)
{
	fputs("#compdef twinstage twinstaged\n"
	      "# SPDX-License-Identifier: EUPL-1.2\n"
	      "# Completion of twinstage and twinstaged for zsh.\n\n",
	      out);
	fputs(zsh_twinstage, out);
	fputs("\n_twinstaged_settings() {\n"
	      "	compadd -S = --",
	      out);
	for (size_t i = 0; i < N_SETTINGS; i++)
		fprintf(out, " %s", settings[i]);
	fputs("\n}\n"
	      "\n_twinstaged() {\n"
	      "	_arguments",
	      out);
	put_zsh_options(out);
	fputs("}\n"
	      "\ncase $service in\n"
	      "twinstaged) _twinstaged ;;\n"
	      "*) _twinstage_words ;;\n"
	      "esac\n",
	      out);
}
