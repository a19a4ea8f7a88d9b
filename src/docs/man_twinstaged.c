/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstaged(8): the server.
 */
#include "docs.h"
#include "man_parts.h"
#include "roff.h"

static void put_text(FILE *out, const char *name, const char *preset, const char *meaning)
{
	char head[64], text[600];

	snprintf(head, sizeof(head), "%s =", name);
	snprintf(text, sizeof(text), "%s.", meaning);
	roff_item(out, head, *preset ? preset : "(empty)", text);
}

static void put_int(FILE *out, const char *name, int preset, int least, int most,
		    const char *meaning)
{
	char head[64], text[600], value[16];

	snprintf(head, sizeof(head), "%s =", name);
	snprintf(value, sizeof(value), "%d", preset);
	snprintf(text, sizeof(text), "%s. %d to %d.", meaning, least, most);
	roff_item(out, head, value, text);
}

static void put_settings(FILE *out)
{
	roff_section(out, "Settings");
	roff_paragraph(out,
		       "A file of settings holds lines name = value; a # at the start of a line or "
		       "after a blank begins a comment. It is read once, at start; the first line "
		       "that is wrong ends the start with what is wrong in it. Each setting is "
		       "shown with its default.");
#define SETTING_GROUP(title)		    roff_group(out, title);
#define SETTING_TEXT(name, preset, meaning) put_text(out, #name, preset, meaning);
#define SETTING_INT(name, preset, least, most, meaning)                                            \
	put_int(out, #name, preset, least, most, meaning);
#include <twinstage/settings.def>
}

static void put_files(FILE *out)
{
	roff_section(out, "Files");
	roff_item(out, "/etc/twinstaged.conf", "",
		  "The settings, as the systemd unit names it. Every setting stands in it as a "
		  "comment.");
	roff_paragraph(out, "In the state directory, readable by the server's user only:");
	roff_item(
		out, "running.show", "",
		"The show as it is now, written after each change: a server that was killed comes "
		"back to it.");
	roff_item(out, "journal.jsonl", "",
		  "Every command (who, when, from where, what came of it) and every event, as "
		  "lines of "
		  "JSON; twinstage log reads it.");
	roff_item(out, "crew.token", "", "The token of the HTTP API, /v1/events and /metrics.");
	roff_item(out, "twinstage.sock", "",
		  "Where twinstage(1) speaks to the server; whoever may write to it may do "
		  "everything.");
}

void docs_twinstaged_8(FILE *out)
{
	roff_page(out, "twinstaged", 8, "mix a hall and remote speakers into one live show");
	roff_section(out, "Synopsis");
	fputs("\\fBtwinstaged\\fP [\\fB\\-\\-config\\fP \\fIFILE\\fP] [\\fB\\-\\-set\\fP "
	      "\\fINAME=VALUE\\fP]... [\\fB\\-\\-show\\fP \\fIFILE\\fP] [\\fB\\-\\-debug\\fP]\n",
	      out);
	roff_section(out, "Description");
	roff_paragraph(out,
		       "twinstaged stands in the machine room of a hall. Cameras call it over SRT, "
		       "remote speakers join from their browsers by a link, and it gives the mix "
		       "back: program to the viewers, room to the hall's screens and loudspeakers "
		       "(never the hall's own microphones), and to each speaker a return without "
		       "their own voice. It is run with twinstage(1).");
	roff_paragraph(out,
		       "It stays in the foreground and logs to standard error. SIGTERM or SIGINT "
		       "end it in order.");
	roff_section(out, "Options");
	man_options(out, "twinstaged");
	put_settings(out);
	roff_section(out, "Ports");
	roff_paragraph(
		out, "To be opened in a firewall: https_port (TCP) for pages and the API, rtc_port "
		     "(UDP) for all browsers, srt_port (UDP) for all cameras.");
	put_files(out);
	roff_section(out, "Exit status");
	roff_item(out, "0", "", "Ended in order.");
	roff_item(out, "1", "",
		  "It could not start, or a port or file failed: the last line says why.");
	roff_item(out, "2", "", "An option or a setting is not understood.");
	roff_section(out, "Examples");
	roff_example(out, "twinstaged --config /etc/twinstaged.conf\n"
			  "twinstaged --set state_dir=/tmp/stage --set fps=25 --show evening.show");
	roff_section(out, "See also");
	roff_paragraph(out, "twinstage(1), twinstage-show(5)");
}
