/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage(1): the crew's program.
 */
#include <string.h>

#include "conditions.h"
#include "docs.h"
#include "man_parts.h"
#include "own_options.h"
#include "roff.h"
#include "table.h"
#include "types.h"

static void put_command(FILE *out, const struct command *command)
{
	size_t sentences = strcspn(command->manual, "\n");
	char name[48];

	roff_usage(out, command);
	roff_text(out, command->manual, sentences);
	roff_in(out);
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		const char *word = one->type == TYPE_FLAG ? "" : type_of(one->type)->name;

		if (one->place == PLACE_OPTION) {
			snprintf(name, sizeof(name), "--%s", one->name);
			roff_item(out, name, word, one->help);
		} else {
			size_t i = 0;

			for (; one->name[i]; i++)
				name[i] = (char)(one->name[i] >= 'a' && one->name[i] <= 'z'
							 ? one->name[i] - 'a' + 'A'
							 : one->name[i]);
			name[i] = '\0';
			roff_item(out, "", name, one->help);
		}
	}
	if (command->manual[sentences])
		roff_example(out, command->manual + sentences + 1);
	roff_back(out);
}

static void put_commands(FILE *out)
{
	const struct command *command;
	const char *group = "";

	roff_section(out, "Commands");
	for (int i = 0; (command = table_command(i)); i++) {
		if (strcmp(group, command->group) != 0)
			roff_group(out, command->group);
		group = command->group;
		put_command(out, command);
	}
	roff_group(out, table_crew(0)->group);
	for (int i = 0; (command = table_crew(i)); i++)
		put_command(out, command);
}

static void put_waiting(FILE *out)
{
	char form[80];

	roff_section(out, "Waiting");
	roff_paragraph(out,
		       "With --wait the program ends once the command is done and a condition "
		       "holds, so that a script's next line finds what it needs. Without a "
		       "command it only waits. What is not there (a source nobody made) is not "
		       "waited for. The conditions:");
	for (int i = 0; i < CONDITIONS; i++) {
		condition_form((enum condition_kind)i, form, sizeof(form));
		roff_item(out, form, "", condition_row((enum condition_kind)i)->meaning);
	}
	roff_example(out, "twinstage take --over 1s --wait settled\n"
			  "twinstage --wait source:cam-a=live --timeout 1m && twinstage cut stage");
}

static void put_ends(FILE *out)
{
	roff_section(out, "Exit status");
	roff_item(out, "0", "", "Done.");
	roff_item(out, "1", "",
		  "Refused, and nothing was changed; or what --wait names did not come in time.");
	roff_item(out, "2", "", "Not understood: no such command, option or word.");
	roff_item(out, "3", "", "No server answers.");
	roff_item(out, "4", "", "Only check: there is something to look at.");
	roff_item(out, "5", "", "Only check: something is bad.");
	roff_section(out, "Environment");
	roff_item(out, "TWINSTAGE_SOCKET", "",
		  "Where the server answers, unless --socket says it.");
	roff_item(out, "NO_COLOR", "",
		  "If set to anything: no colours, unless --color says otherwise.");
	roff_item(out, "TERM", "", "If it is dumb: no colours.");
	roff_section(out, "Files");
	roff_item(out, "/run/twinstage/twinstage.sock, /var/lib/twinstage/twinstage.sock", "",
		  "Where a server answers. Whoever may write to it may do everything.");
}

static void put_examples(FILE *out)
{
	roff_section(out, "Examples");
	roff_paragraph(out, "A hall's camera and a remote speaker, from nothing to air:");
	roff_example(out, "twinstage source add cam-a srt --passphrase \"stage left 2030\"\n"
			  "twinstage scene add stage pip\n"
			  "twinstage scene place stage cam-a\n"
			  "twinstage scene add panel grid\n"
			  "twinstage scene place panel speakers\n"
			  "twinstage invite Anna\n"
			  "twinstage cut stage");
	roff_paragraph(out, "And then, live:");
	roff_example(out, "twinstage speaker admit Anna\n"
			  "twinstage preview panel\n"
			  "twinstage take --with mix --over 500ms\n"
			  "twinstage mute Anna");
	roff_paragraph(out, "For a script, the state of each source:");
	roff_example(out,
		     "twinstage --json source list | jq -r '.sources[] | .name + \" \" + .state'");
}

void docs_twinstage_1(FILE *out)
{
	roff_page(out, "twinstage", 1, "run a live show from a shell");
	roff_section(out, "Synopsis");
	fputs("\\fBtwinstage\\fP [\\fIOPTION\\fP...] \\fICOMMAND\\fP [\\fIWORD\\fP...]\n", out);
	roff_section(out, "Description");
	roff_paragraph(out,
		       "twinstage is the crew's hand on a running twinstaged(8): each call is one "
		       "command, done at once and answered in one line. A command that is refused "
		       "changes nothing, and says what, which, and what would work.");
	roff_paragraph(out,
		       "The same commands are the lines of show files, twinstage-show(5), and the "
		       "server's HTTP API: POST /v1/scene/add is scene add, its arguments a JSON "
		       "object by their names. GET /v1/openapi.json describes all of it.");
	roff_paragraph(out,
		       "Where colours are shown, program is red, preview is green, and yellow is "
		       "what the crew should look at.");
	roff_section(out, "Options");
	roff_paragraph(out, "They may stand anywhere in the line, --name=WORD or --name WORD.");
	man_options(out, "twinstage");
	put_commands(out);
	roff_section(out, "Words");
	roff_paragraph(out, "What the words in capitals stand for:");
	man_types(out, true);
	put_waiting(out);
	put_ends(out);
	put_examples(out);
	roff_section(out, "See also");
	roff_paragraph(out, "twinstaged(8), twinstage-show(5)");
}
