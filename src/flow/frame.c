/* SPDX-License-Identifier: EUPL-1.2 */
#include "frame.h"

#include <glib.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define ROW_ALIGN 64

/* What stands behind a struct frame. A pooled frame's memory stays until the whole pool goes. */
struct body {
	struct frame frame;
	atomic_int refs;
	struct frame_pool *pool; /* NULL: wrapped */
	uint8_t *memory;	 /* pooled or created */
	void (*release)(void *data);
	void *data;
};

/* refs counts the owner and every frame in use, so that the last to let go frees. */
struct frame_pool {
	int width, height, most;
	atomic_int refs;
	int next;
	struct body **bodies;
	int n_bodies;
};

static _Atomic(uint64_t) serials;

static struct body *body_of(struct frame *frame)
{
	return (struct body *)(void *)((char *)frame - offsetof(struct body, frame));
}

static uint64_t next_serial(void)
{
	return atomic_fetch_add_explicit(&serials, 1, memory_order_relaxed) + 1;
}

static struct body *body_create(int width, int height)
{
	struct body *body = g_new0(struct body, 1);
	int luma = (width + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
	int chroma = ((width + 1) / 2 + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
	size_t luma_size = (size_t)luma * (size_t)height;
	size_t chroma_size = (size_t)chroma * (size_t)((height + 1) / 2);

	body->memory = g_aligned_alloc(1, luma_size + 2 * chroma_size, ROW_ALIGN);
	body->frame.plane[0] = body->memory;
	body->frame.plane[1] = body->memory + luma_size;
	body->frame.plane[2] = body->memory + luma_size + chroma_size;
	body->frame.stride[0] = luma;
	body->frame.stride[1] = body->frame.stride[2] = chroma;
	body->frame.width = width;
	body->frame.height = height;
	return body;
}

static void body_free(struct body *body)
{
	g_aligned_free(body->memory);
	g_free(body);
}

struct frame_pool *frame_pool_create(int width, int height, int most)
{
	struct frame_pool *pool = g_new0(struct frame_pool, 1);

	pool->width = width;
	pool->height = height;
	pool->most = most;
	pool->bodies = g_new0(struct body *, most);
	atomic_init(&pool->refs, 1);
	return pool;
}

static void pool_unref(struct frame_pool *pool)
{
	if (atomic_fetch_sub_explicit(&pool->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (int i = 0; i < pool->n_bodies; i++)
		body_free(pool->bodies[i]);
	g_free(pool->bodies);
	g_free(pool);
}

void frame_pool_destroy(struct frame_pool *pool)
{
	if (pool)
		pool_unref(pool);
}

/* A frame is free when nobody refers to it; only the taking thread makes 0 into 1. */
static struct body *find_free(struct frame_pool *pool)
{
	for (int i = 0; i < pool->n_bodies; i++) {
		struct body *body = pool->bodies[pool->next];

		pool->next = (pool->next + 1) % pool->n_bodies;
		if (atomic_load_explicit(&body->refs, memory_order_acquire) == 0)
			return body;
	}
	if (pool->n_bodies == pool->most)
		return NULL;
	struct body *body = body_create(pool->width, pool->height);

	body->pool = pool;
	pool->bodies[pool->n_bodies++] = body;
	return body;
}

struct frame *frame_pool_take(struct frame_pool *pool)
{
	struct body *body = find_free(pool);

	if (!body)
		return NULL;
	atomic_fetch_add_explicit(&pool->refs, 1, memory_order_relaxed);
	atomic_store_explicit(&body->refs, 1, memory_order_relaxed);
	body->frame.pts_ns = body->frame.arrived_ns = 0;
	body->frame.serial = next_serial();
	return &body->frame;
}

bool frame_is_ours(const struct frame *frame, const struct frame_pool *pool)
{
	const struct body *body = body_of((struct frame *)(uintptr_t)frame);

	return body->pool == pool && atomic_load_explicit(&body->refs, memory_order_acquire) == 1;
}

struct frame *frame_wrap(uint8_t *const plane[3], const int stride[3], int width, int height,
			 void (*release)(void *data), void *data)
{
	struct body *body = g_new0(struct body, 1);

	for (int i = 0; i < 3; i++) {
		body->frame.plane[i] = plane[i];
		body->frame.stride[i] = stride[i];
	}
	body->frame.width = width;
	body->frame.height = height;
	body->frame.serial = next_serial();
	body->release = release;
	body->data = data;
	atomic_init(&body->refs, 1);
	return &body->frame;
}

struct frame *frame_create_colour(int width, int height, uint8_t y, uint8_t u, uint8_t v)
{
	struct body *body = body_create(width, height);
	size_t chroma_height = (size_t)((height + 1) / 2);

	memset(body->frame.plane[0], y, (size_t)body->frame.stride[0] * (size_t)height);
	memset(body->frame.plane[1], u, (size_t)body->frame.stride[1] * chroma_height);
	memset(body->frame.plane[2], v, (size_t)body->frame.stride[2] * chroma_height);
	body->frame.serial = next_serial();
	atomic_init(&body->refs, 1);
	return &body->frame;
}

struct frame *frame_ref(struct frame *frame)
{
	atomic_fetch_add_explicit(&body_of(frame)->refs, 1, memory_order_relaxed);
	return frame;
}

void frame_unref(struct frame *frame)
{
	if (!frame)
		return;
	struct body *body = body_of(frame);
	struct frame_pool *pool = body->pool;

	if (atomic_fetch_sub_explicit(&body->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (pool) {
		pool_unref(pool);
		return;
	}
	if (body->release)
		body->release(body->data);
	body_free(body);
}
