/* SPDX-License-Identifier: EUPL-1.2
 *
 * top_keys: what a key does in `twinstage top`. Pure: a key, the show and what the hand has chosen in;
 * what is chosen now and perhaps a command out. Every change of the show is a command as the command
 * line has it, so nothing here can do what that could not.
 */
#pragma once

#include <stdbool.h>

#include "top_model.h"

#define HAND_NAME  128
#define HAND_LINE  512
#define HAND_WORDS 6

enum pane { PANE_SOURCES, PANE_SPEAKERS, PANE_SCENES };
enum prompt { PROMPT_NONE, PROMPT_TITLE, PROMPT_COMMAND };

/* What the operator's hand is on. Names and not numbers: a list may change under the hand. */
struct hand {
	enum pane focus; /* what up and down move in */
	char source[HAND_NAME], speaker[HAND_NAME], scene[HAND_NAME];
	bool is_help;
	enum prompt prompt;
	char typed[HAND_LINE]; /* into the prompt, UTF-8 */
	char answer
		[HAND_LINE]; /* of the last command, or why it was refused; "" from the next key on */
	bool is_refused;
};

enum act { ACT_NOTHING, ACT_QUIT, ACT_REDRAW, ACT_COMMAND, ACT_LINE };

struct action {
	enum act act;
	int n_words;
	char words[HAND_WORDS][HAND_LINE]; /* ACT_COMMAND */
	char line[HAND_LINE];		   /* ACT_LINE: to be split as a shell does */
};

/* `key` is a letter, or one of ncurses' KEY_ codes if `is_code`. */
void keys_press(struct hand *hand, const struct model *model, unsigned key, bool is_code,
		struct action *action);

/* After the show has changed: what is gone is chosen no more; in its place stands the first. */
void keys_settle(struct hand *hand, const struct model *model);
