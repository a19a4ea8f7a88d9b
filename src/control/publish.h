/* SPDX-License-Identifier: EUPL-1.2
 *
 * publish: what pages are told of the show, as JSON texts. Pure: state in, a new string out.
 */
#pragma once

struct show;

/* For viewers and hall screens: {"on_air": true}; false while the audience sees
 * nothing of the show: only the slate, or black. */
char *publish_program(const struct show *show);

/* For one speaker: {"name", "tally", "admitted", "muted", "on_air"}. NULL: nobody of that name is
 * invited any more. */
char *publish_speaker(const struct show *show, const char *name);
