/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstage-show(5): the language of show files.
 */
#include <string.h>

#include "docs.h"
#include "man_parts.h"
#include "roff.h"
#include "table.h"

static void put_language(FILE *out)
{
	roff_section(out, "Language");
	roff_paragraph(out,
		       "A show file is UTF-8 text. Each line is one command, as it would be typed "
		       "after the word twinstage; they are done from the first line to the last.");
	roff_item(out, "#", "",
		  "A # before a word begins a comment, to the line's end. Empty lines are "
		  "passed over.");
	roff_item(out, "\"..\" '..'", "",
		  "Quotes make one word of what holds blanks. Within double quotes, and outside of "
		  "any, a "
		  "backslash takes the next character as it is; within single ones it is a "
		  "backslash.");
	roff_item(out, "--", "",
		  "What is behind it, to the line's end, is commands of a cue, with a ; between "
		  "two of "
		  "them. They are read as lines of their own, quotes and all.");
	roff_item(out, "PATH", "",
		  "A relative path is below the directory that the show file is in.");
	roff_paragraph(
		out,
		"What a line refers to has to be there already: sources before the scenes that "
		"show them. A show file holds no commands about show files, and none that run "
		"others: undo, redo, next, back, cue go. After -- the rest of a line is the "
		"commands of a cue, with a ; between two of them.");
}

static void put_errors(FILE *out)
{
	roff_section(out, "Errors");
	roff_paragraph(
		out,
		"Every line is tried whatever became of the one before, and each refusal names "
		"file, line and column:");
	roff_example(out,
		     "evening.show:7:13: layout: no \"gird\" (did you mean grid? have: full, pip, "
		     "side,\n    stage+slides, grid)");
	roff_paragraph(
		out, "twinstage show check tells them without touching the running show; show load "
		     "changes nothing if there is one.");
}

static void put_commands(FILE *out)
{
	const struct command *command;
	char text[200];

	roff_section(out, "Commands");
	roff_paragraph(out, "All that change something may stand in a file. In full they are in "
			    "twinstage(1).");
	for (int i = 0; (command = table_command(i)); i++) {
		if (command->access == ACCESS_VIEW || !table_is_line(command))
			continue;
		roff_usage(out, command);
		snprintf(text, sizeof(text), "%s.", command->summary);
		roff_text(out, text, strlen(text));
	}
}

void docs_twinstage_show_5(FILE *out)
{
	roff_page(out, "twinstage-show", 5, "the show file of twinstage");
	roff_section(out, "Description");
	roff_paragraph(
		out,
		"A show file is a whole show as text: its sources, scenes, invited speakers and "
		"cues, "
		"and what is on program and preview. twinstage show save writes one, show load "
		"reads it, and the server keeps the running show as one. It is meant to be "
		"edited, compared and kept.");
	put_language(out);
	put_errors(out);
	put_commands(out);
	roff_section(out, "Words");
	roff_paragraph(out, "What the words in capitals stand for:");
	man_types(out, false);
	roff_section(out, "Examples");
	roff_example(out, "# Two cameras in the hall and whoever is admitted.\n"
			  "source add cam-a srt --passphrase \"stage left 2030\"\n"
			  "source add cam-b srt\n"
			  "source set cam-b --mute on     # a second angle, heard through cam-a\n"
			  "invite \"Zo\u00eb \u00c5ngstr\u00f6m\" --for 6h\n"
			  "scene add stage pip --background \"#101820\"\n"
			  "scene place stage cam-a\n"
			  "scene place stage cam-b\n"
			  "scene add panel grid\n"
			  "scene place panel speakers\n"
			  "cut stage\n"
			  "preview panel\n"
			  "cue add 10 \"Panel\" -- take --with mix; speaker admit \"Zo\u00eb "
			  "\u00c5ngstr\u00f6m\"\n"
			  "cue add 20 \"Break\" -- fade-to-black on --over 2s; slate on");
	roff_section(out, "See also");
	roff_paragraph(out, "twinstage(1), twinstaged(8)");
}
