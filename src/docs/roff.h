/* SPDX-License-Identifier: EUPL-1.2
 *
 * roff: the few words of man(7) that the man pages need. Texts are escaped; "--words" in them become
 * bold.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct command;

/* Title line and NAME. */
void roff_page(FILE *out, const char *name, int section, const char *what);
void roff_section(FILE *out, const char *title);
void roff_group(FILE *out, const char *title);

/* A paragraph. */
void roff_paragraph(FILE *out, const char *text);

/* Text in the current paragraph, `length` bytes of it, and a line's end. */
void roff_text(FILE *out, const char *text, size_t length);

/* Something and what it is, the latter indented. `bold` as it is typed, `slanted` in its place. Either
 * may be "". */
void roff_item(FILE *out, const char *bold, const char *slanted, const char *meaning);

/* What is typed, as it is, in lines. */
void roff_example(FILE *out, const char *lines);

/* What an item is followed by belongs to it, until roff_back(). */
void roff_in(FILE *out);
void roff_back(FILE *out);

/* "scene place SCENE SOURCE [--at RECT]" as the head of an item. */
void roff_usage(FILE *out, const struct command *command);
