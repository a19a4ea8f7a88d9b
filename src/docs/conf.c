/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstaged.conf: every setting with its default, as a comment.
 */
#include "docs.h"

static void put_text(FILE *out, const char *name, const char *preset, const char *meaning)
{
	fprintf(out, "# %s\n#%s =%s%s\n", meaning, name, *preset ? " " : "", preset);
}

static void put_int(FILE *out, const char *name, int preset, int least, int most,
		    const char *meaning)
{
	fprintf(out, "# %s (%d to %d)\n#%s = %d\n", meaning, least, most, name, preset);
}

void docs_conf(FILE *out)
{
	fputs("# SPDX-License-Identifier: EUPL-1.2\n"
	      "#\n"
	      "# twinstaged.conf: every setting with its default. Lines `name = value`; a # begins "
	      "a "
	      "comment.\n"
	      "# Read once at start. One setting can be given on the command line, too: twinstaged "
	      "--set fps=25\n",
	      out);
#define SETTING_GROUP(title)		    fputs("\n## " title "\n\n", out);
#define SETTING_TEXT(name, preset, meaning) put_text(out, #name, preset, meaning);
#define SETTING_INT(name, preset, least, most, meaning)                                            \
	put_int(out, #name, preset, least, most, meaning);
#include <twinstage/settings.def>
}
