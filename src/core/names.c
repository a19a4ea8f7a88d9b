/* SPDX-License-Identifier: EUPL-1.2 */
#include "names.h"

#include <string.h>

#include "easel.h"
#include "mixer.h"
#include "paint.h"
#include "painter.h"
#include "state.h"

#define FONT	    "Sans Bold"
#define LEAST_PX    9
#define MOST_PX	    18
#define BESIDE_PX   32 /* of a tile's width: light and levels */
#define WHITE	    0xffffffff
#define INK	    0x161004ff
#define PLATE_PLAIN 0x0b0e14cc
#define PLATE_RED   0xc8141ee6
#define PLATE_GREEN 0x0f7a36e6
#define PLATE_AMBER 0xffb800f0
#define PLATE_QUIET 0x39445af0

struct name {
	uint64_t id; /* of the source or bus */
	char *text;
	uint32_t plate;
	int size_px, max_width_px;
	struct easel *easel;
	bool is_used;
};

static void name_free(struct name *name)
{
	easel_unref(name->easel);
	g_free(name->text);
	g_free(name);
}

static struct name *find(const struct show *show, uint64_t id)
{
	for (guint i = 0; i < show->names->len; i++) {
		struct name *name = show->names->pdata[i];

		if (name->id == id)
			return name;
	}
	return NULL;
}

static bool is_same(const struct name *a, const struct name *b)
{
	return strcmp(a->text, b->text) == 0 && a->plate == b->plate && a->size_px == b->size_px &&
	       a->max_width_px == b->max_width_px;
}

static void paint(struct show *show, const struct name *name)
{
	const struct paint_text text = {
		.text = name->text,
		.font = FONT,
		.size_px = name->size_px,
		.colour = name->plate == PLATE_AMBER ? INK : WHITE,
		.background = name->plate,
		.padding_px = MAX(name->size_px / 2, 4),
		.max_width_px = name->max_width_px,
	};

	painter_write(show->painter, name->easel, &text);
}

/* Where the label of this text, plate and tile stands; takes the text. */
static struct easel *label_for(struct show *show, const struct plan_tile *tile, char *text,
			       uint32_t plate)
{
	struct name *older = find(show, tile->id);
	struct name *name = g_new0(struct name, 1);

	*name = (struct name){
		.id = tile->id,
		.text = text,
		.plate = plate,
		.size_px = CLAMP(tile->height / 10, LEAST_PX, MOST_PX),
		.max_width_px = MAX(tile->width - BESIDE_PX, LEAST_PX),
	};
	if (older && is_same(older, name)) {
		name_free(name);
		older->is_used = true;
		return older->easel;
	}
	/* It goes on saying what it said until the new one is painted. */
	name->easel = older ? easel_ref(older->easel) : easel_create();
	if (older) {
		g_ptr_array_remove(show->names, older);
		name_free(older);
	}
	paint(show, name);
	name->is_used = true;
	g_ptr_array_add(show->names, name);
	return name->easel;
}

struct easel *names_bus(struct show *show, const struct plan_tile *tile, const char *bus,
			const char *what)
{
	return label_for(show, tile, g_strdup_printf("%s  %s", bus, what),
			 tile->light == LIGHT_PROGRAM ? PLATE_RED : PLATE_GREEN);
}

static bool is_alarming(enum source_state state)
{
	return state == SOURCE_STALLED || state == SOURCE_LOST || state == SOURCE_FAILED;
}

struct easel *names_source(struct show *show, const struct plan_tile *tile,
			   const struct source *source)
{
	const struct speaker *speaker = show_speaker_by_id(show, source->id);
	const char *matter = NULL;
	uint32_t plate = tile->light == LIGHT_PROGRAM	? PLATE_RED
			 : tile->light == LIGHT_PREVIEW ? PLATE_GREEN
							: PLATE_PLAIN;

	if (source->state != SOURCE_LIVE) {
		matter = source_state_name(source->state);
		plate = is_alarming(source->state) ? PLATE_AMBER : PLATE_QUIET;
	} else if (speaker && !speaker->admitted) {
		matter = "not admitted";
		plate = PLATE_QUIET;
	} else if (source->is_muted) {
		matter = "muted";
	}
	return label_for(
		show, tile,
		g_strdup_printf("%s%s%s", source->name, matter ? "  " : "", matter ? matter : ""),
		plate);
}

void names_tidy(struct show *show)
{
	for (guint i = show->names->len; i > 0; i--) {
		struct name *name = show->names->pdata[i - 1];

		if (!name->is_used) {
			g_ptr_array_remove_index(show->names, i - 1);
			name_free(name);
		} else {
			name->is_used = false;
		}
	}
}

void names_forget(struct show *show)
{
	names_tidy(show);
	names_tidy(show);
}
