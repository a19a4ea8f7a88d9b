/* SPDX-License-Identifier: EUPL-1.2
 *
 * docs: what is made of the tables, each into a file.
 */
#pragma once

#include <stdio.h>

void docs_twinstage_1(FILE *out);
void docs_twinstaged_8(FILE *out);
void docs_twinstage_show_5(FILE *out);
void docs_bash(FILE *out);
void docs_zsh(FILE *out);
void docs_openapi(FILE *out);
void docs_conf(FILE *out);
