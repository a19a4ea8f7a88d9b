/* SPDX-License-Identifier: EUPL-1.2 */
#include "backstage.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <twinstage/note.h>

#include "clock.h"
#include "easel.h"
#include "error.h"
#include "frame.h"
#include "logo.h"
#include "mailbox.h"
#include "picture_file.h"

#define PATIENCE_NS (2 * NS_PER_S)
#define LOOK_NS	    (5 * NS_PER_MS)

/* Its owner and each job have it. */
struct backstage {
	struct mailbox *up;
	GThreadPool *pool;
	atomic_int jobs; /* not done yet */
	/* up may be gone when is_left_behind is set and nobody is telling */
	atomic_bool is_left_behind;
	atomic_int telling;
	atomic_int refs;
};

/* An easel to put something on, or a frame to save. */
struct job {
	atomic_bool is_ready; /* set when all else is: the pool's own lock is not seen by TSan */
	struct backstage *backstage;
	uint64_t id;
	char *path;
	struct easel *easel;
	int most_width, most_height;
	struct frame *frame;
};

static void backstage_unref(struct backstage *backstage)
{
	if (atomic_fetch_sub_explicit(&backstage->refs, 1, memory_order_acq_rel) == 1)
		g_free(backstage);
}

/* ---- the thread ---- */

static void tell(struct backstage *backstage, enum note_kind kind, uint64_t id, int64_t value,
		 const GError *error)
{
	atomic_fetch_add(&backstage->telling, 1);
	if (backstage->up && !atomic_load(&backstage->is_left_behind))
		mailbox_post(backstage->up,
			     note_new(kind, id, value, error ? error->message : NULL));
	atomic_fetch_sub(&backstage->telling, 1);
}

static void read_logo(const struct job *job)
{
	g_autoptr(GError) error = NULL;
	struct stamp *stamp = logo_read(job->path, job->most_width, job->most_height, &error);

	if (stamp)
		easel_put(job->easel, stamp);
	tell(job->backstage, stamp ? NOTE_OVERLAY_READY : NOTE_OVERLAY_FAILED, job->id,
	     error ? (int64_t)error_code_of(error) : 0, error);
}

static void save(const struct job *job)
{
	g_autoptr(GError) error = NULL;
	bool is_saved = picture_file_write(job->frame, job->path, &error);

	tell(job->backstage, NOTE_PICTURE_SAVED, job->id, is_saved, error);
}

static void work(void *data, void *user_data)
{
	struct job *job = data;

	(void)user_data;
	g_assert(atomic_load_explicit(&job->is_ready, memory_order_acquire));
	if (job->easel)
		read_logo(job);
	else
		save(job);
	easel_unref(job->easel);
	frame_unref(job->frame);
	g_free(job->path);
	atomic_fetch_sub(&job->backstage->jobs, 1);
	backstage_unref(job->backstage);
	g_free(job);
}

/* ---- asking ---- */

static void push(struct backstage *backstage, struct job job)
{
	struct job *copy = g_new0(struct job, 1);

	*copy = job;
	copy->backstage = backstage;
	copy->path = g_strdup(job.path);
	atomic_fetch_add(&backstage->refs, 1);
	atomic_fetch_add(&backstage->jobs, 1);
	atomic_store_explicit(&copy->is_ready, true, memory_order_release);
	g_thread_pool_push(backstage->pool, copy, NULL);
}

void backstage_read(struct backstage *backstage, uint64_t id, struct easel *easel, const char *path,
		    int most_width, int most_height)
{
	push(backstage, (struct job){.id = id,
				     .path = (char *)(uintptr_t)path,
				     .easel = easel_ref(easel),
				     .most_width = most_width,
				     .most_height = most_height});
}

void backstage_save(struct backstage *backstage, uint64_t id, struct frame *frame, const char *path)
{
	push(backstage,
	     (struct job){.id = id, .path = (char *)(uintptr_t)path, .frame = frame_ref(frame)});
}

struct backstage *backstage_create(struct mailbox *up)
{
	struct backstage *backstage = g_new0(struct backstage, 1);

	backstage->up = up;
	backstage->pool = g_thread_pool_new(work, NULL, 1, FALSE, NULL);
	atomic_init(&backstage->refs, 1);
	return backstage;
}

void backstage_destroy(struct backstage *backstage)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;

	if (!backstage)
		return;
	while (atomic_load(&backstage->jobs) && clock_now_ns() < end_ns)
		clock_sleep_until(clock_now_ns() + LOOK_NS);
	bool is_done = !atomic_load(&backstage->jobs);

	atomic_store(&backstage->is_left_behind, true);
	while (atomic_load(&backstage->telling))
		clock_sleep_until(clock_now_ns() + LOOK_NS);
	g_thread_pool_free(backstage->pool, !is_done, is_done);
	backstage_unref(backstage);
}
