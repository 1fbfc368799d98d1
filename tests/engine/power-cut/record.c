// Preloaded into a process (LD_PRELOAD), this records what it writes to one file, in which order, and when it flushes:
//
//   RECORD_PATH  the file
//   RECORD_LOG   gets a record for each call: a kind, an offset and a length (64 bits each), and the bytes that were written
//
// Kinds: 1 a write, 2 a flush begins, 3 it has ended well, both with its number as their offset, 4 a mark: what the process writes
// to RECORD_PATH.mark. What is written while a flush is under way may or may not be in it. A write to a descriptor with O_DSYNC is
// recorded as one with a flush.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <pthread.h>

static int log_file = -1;
static char watched[PATH_MAX], marks[PATH_MAX + 8];
static uint64_t flushes;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RECORD_PATH"), *log = getenv("RECORD_LOG");
  if (!path || !log) return;
  snprintf(watched, sizeof watched, "%s", path);
  snprintf(marks, sizeof marks, "%s.mark", path);
  log_file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is(int file, const char *name) {
  char link[40], path[PATH_MAX];
  if (log_file < 0 || file < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return !strcmp(path, name);
}

static void keep(uint64_t kind, uint64_t offset, const void *bytes, uint64_t length) {
  uint64_t head[3] = {kind, offset, length};
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, bytes ? length : 0}};
  if (syscall(SYS_writev, log_file, parts, 2) < 0) abort();
}

static void keep_flush(void) {
  uint64_t number = ++flushes;
  keep(2, number, NULL, 0);
  keep(3, number, NULL, 0);
}

static int is_synchronous(int file) { return fcntl(file, F_GETFL) & O_DSYNC; }

/** The call and its record are one step: threads write at once. */
#define WRITE(name, type)                                                                \
  ssize_t name(int file, const void *bytes, size_t length, type offset) {                \
    if (!is(file, watched)) return REAL(name)(file, bytes, length, offset);              \
    pthread_mutex_lock(&lock);                                                           \
    ssize_t done = REAL(name)(file, bytes, length, offset);                              \
    if (done > 0) keep(1, offset, bytes, done);                                          \
    if (done > 0 && is_synchronous(file)) keep_flush();                                  \
    pthread_mutex_unlock(&lock);                                                         \
    return done;                                                                         \
  }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

// LMDB moves to where it writes several pieces.
ssize_t writev(int file, const struct iovec *pieces, int count) {
  if (!is(file, watched)) return REAL(writev)(file, pieces, count);
  pthread_mutex_lock(&lock);
  off64_t at = lseek64(file, 0, SEEK_CUR);
  ssize_t done = REAL(writev)(file, pieces, count);
  for (ssize_t left = done; left > 0; pieces++) {
    ssize_t length = left < (ssize_t)pieces->iov_len ? left : (ssize_t)pieces->iov_len;
    keep(1, at, pieces->iov_base, length);
    at += length, left -= length;
  }
  if (done > 0 && is_synchronous(file)) keep_flush();
  pthread_mutex_unlock(&lock);
  return done;
}

// What is written otherwise isn't recorded.
ssize_t pwritev(int file, const struct iovec *pieces, int count, off_t offset) {
  if (is(file, watched)) abort();
  return REAL(pwritev)(file, pieces, count, offset);
}
ssize_t pwritev64(int file, const struct iovec *pieces, int count, off64_t offset) {
  if (is(file, watched)) abort();
  return REAL(pwritev64)(file, pieces, count, offset);
}

ssize_t write(int file, const void *bytes, size_t length) {
  ssize_t done = REAL(write)(file, bytes, length);
  if (is(file, watched)) abort();
  if (done > 0 && is(file, marks)) {
    pthread_mutex_lock(&lock);
    keep(4, 0, bytes, done);
    pthread_mutex_unlock(&lock);
  }
  return done;
}

#define FLUSH(name)                                                                      \
  int name(int file) {                                                                   \
    if (!is(file, watched)) return REAL(name)(file);                                     \
    pthread_mutex_lock(&lock);                                                           \
    uint64_t number = ++flushes;                                                         \
    keep(2, number, NULL, 0);                                                            \
    pthread_mutex_unlock(&lock);                                                         \
    int failed = REAL(name)(file);                                                       \
    pthread_mutex_lock(&lock);                                                           \
    if (!failed) keep(3, number, NULL, 0);                                               \
    pthread_mutex_unlock(&lock);                                                         \
    return failed;                                                                       \
  }
FLUSH(fsync)
FLUSH(fdatasync)

// What cuts the file isn't recorded.
int ftruncate(int file, off_t length) {
  if (is(file, watched)) abort();
  return REAL(ftruncate)(file, length);
}
int ftruncate64(int file, off64_t length) {
  if (is(file, watched)) abort();
  return REAL(ftruncate64)(file, length);
}
