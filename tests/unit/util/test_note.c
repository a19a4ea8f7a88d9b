/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>
#include <twinstage/note.h>

static void test_plain(void **state)
{
	struct note *note = note_new(NOTE_SOURCE_LOST, 7, -3, "the camera\nhung up\r");

	(void)state;
	assert_true(note->kind == NOTE_SOURCE_LOST);
	assert_true(note->id == 7 && note->value == -3);
	assert_string_equal(note->text, "the camera hung up ");
	g_free(note);
	note = note_new(NOTE_NONE, 0, 0, NULL);
	assert_string_equal(note->text, "");
	g_free(note);
}

/* `shift` ASCII letters, then characters of `size` bytes: the cut falls at each place within
 * one. */
static void cut_at(size_t shift, const char *character)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < shift; i++)
		g_string_append_c(text, 'x');
	while (text->len < 400)
		g_string_append(text, character);
	struct note *note = note_new(NOTE_PEER_CLOSED, 1, 0, text->str);
	size_t length = strlen(note->text);

	assert_true(g_utf8_validate(note->text, -1, NULL));
	assert_true(g_str_has_prefix(text->str, note->text));
	assert_true(length < sizeof(note->text));
	assert_true(length + strlen(character) >= sizeof(note->text));
	g_free(note);
	g_string_free(text, TRUE);
}

static void test_cut_at_a_character(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 5; shift++) {
		cut_at(shift, "a");
		cut_at(shift, "\u00e9");
		cut_at(shift, "\u20ac");
		cut_at(shift, "\U0001F3A4");
	}
}

static void test_exact_fit(void **state)
{
	char text[200];
	struct note *note;

	(void)state;
	for (size_t length = 189; length < 194; length++) {
		memset(text, 'y', length);
		text[length] = '\0';
		note = note_new(NOTE_PEER_CLOSED, 1, 0, text);
		assert_int_equal(strlen(note->text), MIN(length, sizeof(note->text) - 1));
		g_free(note);
	}
}

static void test_bytes_that_are_no_text(void **state)
{
	struct note *note = note_new(NOTE_PEER_CLOSED, 1, 0, "a\xff\xc3z");

	(void)state;
	assert_true(g_utf8_validate(note->text, -1, NULL));
	assert_true(note->text[0] == 'a' && g_str_has_suffix(note->text, "z"));
	g_free(note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_cut_at_a_character),
		cmocka_unit_test(test_exact_fit),
		cmocka_unit_test(test_bytes_that_are_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
