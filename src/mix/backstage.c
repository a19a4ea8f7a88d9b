/* SPDX-License-Identifier: EUPL-1.2 */
#include "backstage.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <twinstage/note.h>

#include "frame.h"
#include "mailbox.h"
#include "paint.h"
#include "picture_file.h"
#include "stamp.h"

struct backstage {
	struct mailbox *up;
	GThreadPool *pool;
};

struct label {
	struct paint_text text; /* its strings are ours */
	_Atomic(struct stamp *) stamp;
	atomic_int refs;
};

/* One of the two. */
struct job {
	atomic_bool is_ready; /* set when all else is: the pool's own lock is not seen by TSan */
	struct label *label;
	struct frame *frame;
	uint64_t id;
	char *path;
};

/* ---- labels ---- */

static struct label *label_create(const struct paint_text *text)
{
	struct label *label = g_new0(struct label, 1);

	label->text = *text;
	label->text.text = g_strdup(text->text);
	label->text.font = g_strdup(text->font);
	atomic_init(&label->refs, 1);
	return label;
}

struct label *label_ref(struct label *label)
{
	atomic_fetch_add_explicit(&label->refs, 1, memory_order_relaxed);
	return label;
}

void label_unref(struct label *label)
{
	if (!label || atomic_fetch_sub_explicit(&label->refs, 1, memory_order_acq_rel) != 1)
		return;
	stamp_unref(atomic_load(&label->stamp));
	g_free((char *)(uintptr_t)label->text.text);
	g_free((char *)(uintptr_t)label->text.font);
	g_free(label);
}

const struct stamp *label_stamp(const struct label *label)
{
	return atomic_load_explicit(&label->stamp, memory_order_acquire);
}

/* ---- the thread ---- */

static void save(const struct backstage *backstage, const struct job *job)
{
	g_autoptr(GError) error = NULL;
	bool is_saved = picture_file_write(job->frame, job->path, &error);

	if (backstage->up)
		mailbox_post(backstage->up, note_new(NOTE_PICTURE_SAVED, job->id, is_saved,
						     error ? error->message : NULL));
}

static void work(void *data, void *user_data)
{
	struct job *job = data;

	g_assert(atomic_load_explicit(&job->is_ready, memory_order_acquire));
	if (job->label)
		atomic_store_explicit(&job->label->stamp, paint_text(&job->label->text),
				      memory_order_release);
	else
		save(user_data, job);
	label_unref(job->label);
	frame_unref(job->frame);
	g_free(job->path);
	g_free(job);
}

static void push(struct backstage *backstage, struct job *job)
{
	atomic_store_explicit(&job->is_ready, true, memory_order_release);
	g_thread_pool_push(backstage->pool, job, NULL);
}

struct backstage *backstage_create(struct mailbox *up)
{
	struct backstage *backstage = g_new0(struct backstage, 1);

	backstage->up = up;
	backstage->pool = g_thread_pool_new(work, backstage, 1, FALSE, NULL);
	return backstage;
}

void backstage_destroy(struct backstage *backstage)
{
	if (!backstage)
		return;
	g_thread_pool_free(backstage->pool, FALSE, TRUE);
	g_free(backstage);
}

struct label *backstage_paint(struct backstage *backstage, const struct paint_text *text)
{
	struct label *label = label_create(text);
	struct job *job = g_new0(struct job, 1);

	job->label = label_ref(label);
	push(backstage, job);
	return label;
}

void backstage_save(struct backstage *backstage, uint64_t id, struct frame *frame, const char *path)
{
	struct job *job = g_new0(struct job, 1);

	job->frame = frame_ref(frame);
	job->id = id;
	job->path = g_strdup(path);
	push(backstage, job);
}
