/* SPDX-License-Identifier: EUPL-1.2
 *
 *   control loop --lines--> waiting --+--> journal's thread --> disk
 *        ^                            |
 *        '---- heard (uv_async) <-----'   what was there before, what failed
 */
#include "journal.h"

#include <string.h>
#include <uv.h>

#include "command.h"
#include "events.h"
#include "journal_entry.h"
#include "journal_file.h"
#include "log.h"
#include "settings.h"
#include "show.h"

#define LOG_MODULE   "journal"
#define MOST_KEPT    2000
#define MOST_WAITING 4096
#define MOST_BATCH   (256 * 1024)
#define TAIL_BYTES   (1024 * 1024)
#define RETRY_US     200000
#define END_US	     (3 * G_USEC_PER_SEC)

/* From the thread to the loop. */
enum word_kind { WORD_BEFORE, WORD_TORN, WORD_FAILED, WORD_ENDED };

struct word {
	enum word_kind kind;
	char *text;
	int64_t number;
};

struct subscriber {
	int id;
	void (*heard)(const json_t *entry, void *data);
	void *data;
};

struct journal {
	struct show *show;
	int listener, last_id;
	GQueue kept;	     /* json_t */
	GArray *subscribers; /* struct subscriber */
	uint64_t n_dropped;

	GThread *thread;	      /* NULL: nothing is written */
	GAsyncQueue *waiting, *heard; /* char *; struct word */
	uv_async_t wake;
	struct journal_file file; /* the thread's, and whether it failed last time */
	bool has_failed;
	gint is_ending;
};

/* ---- the thread ---- */

static char the_end[] = ""; /* the last that waits */

static void say(struct journal *journal, enum word_kind kind, const char *text, int64_t number)
{
	struct word *word = g_new0(struct word, 1);

	word->kind = kind;
	word->text = g_strdup(text);
	word->number = number;
	g_async_queue_push(journal->heard, word);
	uv_async_send(&journal->wake);
}

static void open_file(struct journal *journal)
{
	g_autoptr(GError) error = NULL;
	int64_t torn = 0;
	bool is_open = journal_file_open(&journal->file, &torn, &error);
	g_autofree char *before = journal_file_tail(&journal->file, TAIL_BYTES);

	say(journal, WORD_BEFORE, before, 0);
	if (torn)
		say(journal, WORD_TORN, NULL, torn);
	if (!is_open)
		say(journal, WORD_FAILED, error->message, 0);
	journal->has_failed = !is_open;
}

/* All that waits, at least one line; false: and then the end. */
static bool collect(struct journal *journal, GString *batch)
{
	char *line = g_async_queue_pop(journal->waiting);

	g_string_truncate(batch, 0);
	for (; line && line != the_end; line = g_async_queue_try_pop(journal->waiting)) {
		g_string_append(batch, line);
		free(line);
		if (batch->len > MOST_BATCH)
			return true;
	}
	return line != the_end;
}

/* Until they are there, or the daemon ends. */
static void write_batch(struct journal *journal, const GString *batch)
{
	while (batch->len) {
		g_autoptr(GError) error = NULL;
		bool had_failed = journal->has_failed;

		journal->has_failed =
			!journal_file_append(&journal->file, batch->str, batch->len, &error);
		if (!journal->has_failed)
			return;
		if (!had_failed)
			say(journal, WORD_FAILED, error->message, 0);
		if (g_atomic_int_get(&journal->is_ending))
			return;
		g_usleep(RETRY_US);
	}
}

static gpointer write_down(gpointer data)
{
	struct journal *journal = data;
	g_autoptr(GString) batch = g_string_new(NULL);
	bool goes_on = true;

	open_file(journal);
	while (goes_on) {
		goes_on = collect(journal, batch);
		write_batch(journal, batch);
	}
	journal_file_close(&journal->file);
	say(journal, WORD_ENDED, NULL, 0);
	return NULL;
}

/* ---- entries ---- */

static void keep(struct journal *journal, json_t *entry)
{
	g_queue_push_tail(&journal->kept, entry);
	if (journal->kept.length > MOST_KEPT)
		json_decref(g_queue_pop_head(&journal->kept));
}

/* When there is room again. It is an event, and so an entry, itself. */
static void tell_dropped(struct journal *journal)
{
	uint64_t n = journal->n_dropped;

	if (!n || g_async_queue_length(journal->waiting) > MOST_WAITING / 2)
		return;
	g_autofree char *text =
		g_strdup_printf("%" G_GUINT64_FORMAT " entries are missing before this one", n);

	journal->n_dropped = 0;
	show_announce(journal->show, EVENT_journal_dropped, "journal.jsonl", text);
}

static void write_entry(struct journal *journal, const json_t *entry)
{
	if (!journal->thread)
		return;
	char *line = json_dumps(entry, JSON_COMPACT);
	size_t length = line ? strlen(line) : 0;

	if (!line || g_async_queue_length(journal->waiting) >= MOST_WAITING) {
		journal->n_dropped++;
		free(line);
		return;
	}
	line = realloc(line, length + 2);
	memcpy(line + length, "\n", 2);
	g_async_queue_push(journal->waiting, line);
	tell_dropped(journal);
}

/* Whoever hears may unsubscribe itself or others: each is asked for again by its id. */
static void tell_subscribers(struct journal *journal, const json_t *entry)
{
	for (guint i = 0; i < journal->subscribers->len; i++) {
		struct subscriber one = g_array_index(journal->subscribers, struct subscriber, i);

		one.heard(entry, one.data);
		if (i < journal->subscribers->len &&
		    g_array_index(journal->subscribers, struct subscriber, i).id != one.id)
			i--;
	}
}

/* Takes the entry. */
static void add(struct journal *journal, json_t *entry)
{
	if (!entry)
		return;
	write_entry(journal, entry);
	json_incref(entry);
	keep(journal, entry);
	tell_subscribers(journal, entry);
	json_decref(entry);
}

static void on_event(const struct event *event, void *data)
{
	if (event->kind != EVENT_show_changed)
		add(data, journal_entry_of_event(event));
}

void journal_command(const struct call *call, const struct record *record,
		     const struct reply *reply, const GError *refusal)
{
	struct journal *journal = call->context->journal;

	if (journal && !(call->command && call->command->access <= ACCESS_VIEW))
		add(journal, journal_entry_of_command(call->context, record, reply, refusal));
}

/* ---- what the thread says ---- */

/* The lines of the daemon before, older than all that is kept by now. */
static void keep_before(struct journal *journal, const char *lines)
{
	g_auto(GStrv) split = g_strsplit(lines, "\n", -1);

	for (guint i = g_strv_length(split); i > 0 && journal->kept.length < MOST_KEPT; i--) {
		json_t *entry = json_loads(split[i - 1], 0, NULL);

		if (json_is_object(entry))
			g_queue_push_head(&journal->kept, entry);
		else
			json_decref(entry);
	}
}

static void take_word(struct journal *journal, const struct word *word)
{
	g_autofree char *text = NULL;

	switch (word->kind) {
	case WORD_BEFORE:
		keep_before(journal, word->text);
		break;
	case WORD_TORN:
		text = g_strdup_printf("a last line of %d bytes had no end and was cut off",
				       (int)word->number);
		show_announce(journal->show, EVENT_journal_mended, "journal.jsonl", text);
		break;
	case WORD_FAILED:
		show_announce(journal->show, EVENT_disk_failed, "journal.jsonl", word->text);
		break;
	case WORD_ENDED:
		break;
	}
}

static void free_word(struct word *word)
{
	g_free(word->text);
	g_free(word);
}

static void on_wake(uv_async_t *wake)
{
	struct journal *journal = wake->data;
	struct word *word;

	while ((word = g_async_queue_try_pop(journal->heard))) {
		take_word(journal, word);
		free_word(word);
	}
}

/* ---- beginning and end ---- */

struct journal *journal_create(struct uv_loop_s *loop, struct show *show)
{
	const struct settings *settings = show_settings(show);
	struct journal *journal = g_new0(struct journal, 1);

	journal->show = show;
	journal->subscribers = g_array_new(FALSE, FALSE, sizeof(struct subscriber));
	journal->waiting = g_async_queue_new_full(free);
	journal->heard = g_async_queue_new();
	journal->file = (struct journal_file){
		.path = g_build_filename(settings->state_dir, "journal.jsonl", NULL),
		.most_bytes = (int64_t)settings->journal_mb << 20,
		.fd = -1,
	};
	uv_async_init(loop, &journal->wake, on_wake);
	journal->wake.data = journal;
	journal->listener = show_listen(show, on_event, journal);
	if (settings->journal_mb)
		journal->thread = g_thread_new("journal", write_down, journal);
	return journal;
}

/* Whether the thread has said its last word in time. */
static bool await_end(struct journal *journal)
{
	gint64 end = g_get_monotonic_time() + END_US;
	bool is_ended = false;

	while (!is_ended && g_get_monotonic_time() < end) {
		struct word *word = g_async_queue_timeout_pop(journal->heard, END_US / 10);

		if (!word)
			continue;
		is_ended = word->kind == WORD_ENDED;
		free_word(word);
	}
	return is_ended;
}

static void on_closed(uv_handle_t *wake)
{
	struct journal *journal = wake->data;

	g_async_queue_unref(journal->waiting);
	g_async_queue_unref(journal->heard);
	g_free(journal->file.path);
	g_free(journal);
}

void journal_destroy(struct journal *journal)
{
	if (!journal)
		return;
	show_unlisten(journal->show, journal->listener);
	while (journal->kept.length)
		json_decref(g_queue_pop_head(&journal->kept));
	g_array_free(journal->subscribers, TRUE);
	if (journal->thread) {
		g_atomic_int_set(&journal->is_ending, 1);
		g_async_queue_push(journal->waiting, the_end);
		if (!await_end(journal)) {
			/* It hangs in the disk, with all that is the thread's. */
			log_error("the disk does not answer: the end of the journal is lost");
			uv_unref((uv_handle_t *)&journal->wake);
			return;
		}
		g_thread_join(journal->thread);
	}
	uv_close((uv_handle_t *)&journal->wake, on_closed);
}

/* ---- looking ---- */

int journal_subscribe(struct journal *journal, void (*heard)(const json_t *entry, void *data),
		      void *data)
{
	struct subscriber subscriber = {++journal->last_id, heard, data};

	g_array_append_val(journal->subscribers, subscriber);
	return subscriber.id;
}

void journal_unsubscribe(struct journal *journal, int id)
{
	for (guint i = 0; i < journal->subscribers->len; i++)
		if (g_array_index(journal->subscribers, struct subscriber, i).id == id) {
			g_array_remove_index(journal->subscribers, i);
			return;
		}
}

json_t *journal_entries(const struct journal *journal, int64_t since_ns, int most,
			bool only_commands)
{
	/* Times of this form are in order as texts. */
	g_autofree char *since = events_time(since_ns);
	json_t *array = json_array();

	for (GList *one = journal->kept.tail; one && most > 0; one = one->prev) {
		if (strcmp(journal_entry_at(one->data), since) < 0)
			break;
		if (only_commands && !json_object_get(one->data, "command"))
			continue;
		json_array_insert(array, 0, one->data);
		most--;
	}
	return array;
}
