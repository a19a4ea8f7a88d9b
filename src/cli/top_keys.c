/* SPDX-License-Identifier: EUPL-1.2 */
#include "top_keys.h"

#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CTRL(letter) ((letter)&0x1f)
#define ESCAPE	     27

/* ---- what a key asks for ---- */

static void say(struct action *action, int n, ...)
{
	va_list words;

	va_start(words, n);
	action->act = ACT_COMMAND;
	action->n_words = n;
	for (int i = 0; i < n; i++)
		snprintf(action->words[i], HAND_LINE, "%s", va_arg(words, const char *));
	va_end(words);
}

static void refuse(struct hand *hand, const char *why)
{
	snprintf(hand->answer, sizeof(hand->answer), "%s", why);
	hand->is_refused = true;
}

/* ---- choosing ---- */

static const char *name_at(const struct model *model, enum pane pane, int i)
{
	return pane == PANE_SOURCES    ? model->sources[i].name
	       : pane == PANE_SPEAKERS ? model->speakers[i].name
				       : model->scenes[i].name;
}

static int count_of(const struct model *model, enum pane pane)
{
	return pane == PANE_SOURCES    ? model->n_listed
	       : pane == PANE_SPEAKERS ? model->n_speakers
				       : model->n_scenes;
}

static char *chosen_in(struct hand *hand, enum pane pane)
{
	return pane == PANE_SOURCES    ? hand->source
	       : pane == PANE_SPEAKERS ? hand->speaker
				       : hand->scene;
}

static int index_in(const struct model *model, enum pane pane, const char *name)
{
	int i = pane == PANE_SOURCES	? model_source(model, name)
		: pane == PANE_SPEAKERS ? model_speaker(model, name)
					: model_scene(model, name);

	return i < count_of(model, pane) ? i : -1;
}

static void choose(struct hand *hand, const struct model *model, enum pane pane, int i)
{
	int n = count_of(model, pane);

	i = i >= n ? n - 1 : i;
	snprintf(chosen_in(hand, pane), HAND_NAME, "%s",
		 n ? name_at(model, pane, i < 0 ? 0 : i) : "");
}

static void step(struct hand *hand, const struct model *model, enum pane pane, int by)
{
	choose(hand, model, pane, index_in(model, pane, chosen_in(hand, pane)) + by);
}

void keys_settle(struct hand *hand, const struct model *model)
{
	for (enum pane pane = PANE_SOURCES; pane <= PANE_SCENES; pane++)
		if (index_in(model, pane, chosen_in(hand, pane)) < 0)
			choose(hand, model, pane, 0);
	if (count_of(model, hand->focus) == 0)
		hand->focus = PANE_SOURCES;
}

/* The next pane that has something in it. */
static void turn_to_next(struct hand *hand, const struct model *model)
{
	for (int i = 0; i < 3; i++) {
		hand->focus = hand->focus == PANE_SCENES ? PANE_SOURCES : hand->focus + 1;
		if (count_of(model, hand->focus))
			return;
	}
}

/* ---- commands ---- */

static void with_scene(struct hand *hand, const char *verb, struct action *action)
{
	if (*hand->scene)
		say(action, 2, verb, hand->scene);
	else
		refuse(hand, "there is no scene yet");
}

/* Scene 1 is the first; only onto preview, so that a slip of the finger does not go on air. */
static void preview_number(struct hand *hand, const struct model *model, int number,
			   struct action *action)
{
	if (number > model->n_scenes) {
		refuse(hand, "there are not so many scenes");
		return;
	}
	choose(hand, model, PANE_SCENES, number - 1);
	with_scene(hand, "preview", action);
}

static void mute(struct hand *hand, const struct model *model, struct action *action)
{
	bool is_speaker = hand->focus == PANE_SPEAKERS;
	int i = index_in(model, is_speaker ? PANE_SPEAKERS : PANE_SOURCES,
			 is_speaker ? hand->speaker : hand->source);

	if (i < 0) {
		refuse(hand, "there is no source yet");
		return;
	}
	if (is_speaker)
		say(action, 4, "speaker", "mute", hand->speaker,
		    model->speakers[i].is_muted ? "off" : "on");
	else if (strcmp(model->sources[i].kind, "speaker") == 0)
		say(action, 4, "speaker", "mute", hand->source,
		    model->sources[i].is_muted ? "off" : "on");
	else
		say(action, 5, "source", "set", hand->source, "--mute",
		    model->sources[i].is_muted ? "off" : "on");
}

static void admit(struct hand *hand, const struct model *model, struct action *action)
{
	int i = model_speaker(model, hand->speaker);

	if (i < 0)
		refuse(hand, "there is no speaker yet");
	else
		say(action, 3, "speaker", model->speakers[i].is_admitted ? "dismiss" : "admit",
		    hand->speaker);
}

static void ask(struct hand *hand, enum prompt prompt)
{
	hand->prompt = prompt;
	hand->typed[0] = '\0';
}

/* ---- the prompt ---- */

static const char *trimmed(char *text)
{
	char *end = text + strlen(text);

	while (end > text && end[-1] == ' ')
		*--end = '\0';
	while (*text == ' ')
		text++;
	return text;
}

/* "Name / Role"; nothing takes the title off. */
static void title(char *typed, struct action *action)
{
	char *slash = strchr(typed, '/');
	const char *name, *role = "";

	if (slash) {
		*slash = '\0';
		role = trimmed(slash + 1);
	}
	name = trimmed(typed);
	if (*role)
		say(action, 4, "title", "show", name, role);
	else if (*name)
		say(action, 3, "title", "show", name);
	else
		say(action, 2, "title", "hide");
}

static void answer_prompt(struct hand *hand, struct action *action)
{
	char typed[HAND_LINE];

	memcpy(typed, hand->typed, sizeof(typed));
	if (hand->prompt == PROMPT_TITLE) {
		title(typed, action);
	} else if (*trimmed(typed)) {
		action->act = ACT_LINE;
		snprintf(action->line, sizeof(action->line), "%s", typed);
	}
	hand->prompt = PROMPT_NONE;
}

static void take_back(char *typed)
{
	size_t n = strlen(typed);

	while (n > 0 && ((unsigned char)typed[--n] & 0xc0) == 0x80)
		;
	typed[n] = '\0';
}

/* Appends a letter as UTF-8. */
static void put_letter(char *typed, unsigned letter)
{
	size_t n = strlen(typed);

	if (letter < 0x20 || letter > 0x10ffff || n + 5 > HAND_LINE)
		return;
	if (letter < 0x80) {
		typed[n++] = (char)letter;
	} else if (letter < 0x800) {
		typed[n++] = (char)(0xc0 | letter >> 6);
	} else if (letter < 0x10000) {
		typed[n++] = (char)(0xe0 | letter >> 12);
		typed[n++] = (char)(0x80 | (letter >> 6 & 0x3f));
	} else {
		typed[n++] = (char)(0xf0 | letter >> 18);
		typed[n++] = (char)(0x80 | (letter >> 12 & 0x3f));
		typed[n++] = (char)(0x80 | (letter >> 6 & 0x3f));
	}
	if (letter >= 0x80)
		typed[n++] = (char)(0x80 | (letter & 0x3f));
	typed[n] = '\0';
}

static void type(struct hand *hand, unsigned key, bool is_code, struct action *action)
{
	bool is_back = is_code ? key == KEY_BACKSPACE : key == 127 || key == CTRL('h');

	if (is_back)
		take_back(hand->typed);
	else if (is_code ? key == KEY_ENTER : key == '\r' || key == '\n')
		answer_prompt(hand, action);
	else if (!is_code && (key == ESCAPE || key == CTRL('g')))
		hand->prompt = PROMPT_NONE;
	else if (!is_code && key == CTRL('u'))
		hand->typed[0] = '\0';
	else if (!is_code && key != 127)
		put_letter(hand->typed, key);
}

/* ---- keys ---- */

static bool press_mover(struct hand *hand, const struct model *model, unsigned key, bool is_code)
{
	enum pane scenes = PANE_SCENES;

	if (is_code ? key == KEY_DOWN : key == 'j')
		step(hand, model, hand->focus, 1);
	else if (is_code ? key == KEY_UP : key == 'k')
		step(hand, model, hand->focus, -1);
	else if (is_code ? key == KEY_RIGHT : key == 'l')
		step(hand, model, scenes, 1);
	else if (is_code ? key == KEY_LEFT : key == 'h')
		step(hand, model, scenes, -1);
	else if (!is_code && key == '\t')
		turn_to_next(hand, model);
	else
		return false;
	return true;
}

static void press_letter(struct hand *hand, const struct model *model, unsigned key,
			 struct action *action)
{
	switch (key) {
	case 'p':
		with_scene(hand, "preview", action);
		break;
	case 'c':
		with_scene(hand, "cut", action);
		break;
	case 't':
	case ' ':
	case '\r':
	case '\n':
		say(action, 1, "take");
		break;
	case 'x':
		say(action, 3, "take", "--with", "mix");
		break;
	case 'm':
		mute(hand, model, action);
		break;
	case 'a':
		admit(hand, model, action);
		break;
	case 'T':
		ask(hand, PROMPT_TITLE);
		break;
	case ':':
		ask(hand, PROMPT_COMMAND);
		break;
	case '?':
		hand->is_help = true;
		break;
	case 'q':
		action->act = ACT_QUIT;
		break;
	case CTRL('l'):
		action->act = ACT_REDRAW;
		break;
	default:
		if (key >= '1' && key <= '9')
			preview_number(hand, model, (int)(key - '0'), action);
	}
}

void keys_press(struct hand *hand, const struct model *model, unsigned key, bool is_code,
		struct action *action)
{
	action->act = ACT_NOTHING;
	hand->answer[0] = '\0';
	hand->is_refused = false;
	if (hand->prompt) {
		type(hand, key, is_code, action);
	} else if (hand->is_help) {
		/* Whatever key closes the help does nothing else. */
		hand->is_help = false;
	} else if (!press_mover(hand, model, key, is_code)) {
		if (is_code && key == KEY_ENTER)
			say(action, 1, "take");
		else if (!is_code)
			press_letter(hand, model, key, action);
	}
}
