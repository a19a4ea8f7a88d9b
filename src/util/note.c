/* SPDX-License-Identifier: EUPL-1.2 */
#include <glib.h>
#include <string.h>
#include <twinstage/note.h>

struct note *note_new(enum note_kind kind, uint64_t id, int64_t value, const char *text)
{
	struct note *note = g_new0(struct note, 1);

	note->kind = kind;
	note->id = id;
	note->value = value;
	if (text) {
		g_autofree char *valid = g_utf8_make_valid(text, -1);
		size_t length = strlen(valid);

		if (length >= sizeof(note->text)) {
			const char *end = g_utf8_find_prev_char(valid, valid + sizeof(note->text));

			length = (size_t)(end - valid);
		}
		memcpy(note->text, valid, length);
		g_strdelimit(note->text, "\r\n", ' ');
	}
	return note;
}
