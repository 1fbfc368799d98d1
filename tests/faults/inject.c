// Preloaded into a process (LD_PRELOAD), this makes chosen system calls on chosen files fail, do half of what was asked, or
// end the process. One call is one of these kinds:
//
//   open read write sync rename link unlink mkdir list stat mmap truncate lock close
//
//   FAULT_PATHS  an extended regular expression: calls on other paths pass, uncounted
//   FAULT_LOG    a file that gets a line for each call on such a path: `write /data/auth/data.mdb`
//   FAULT_STATE  a file with a `struct state`, shared by the process, its children and whoever chooses the faults; a process may
//                be given one fault after the other
//
// Node and LMDB call libc by these names; libuv calls close and statx through syscall(). LMDB would call msync only with a
// writable map, which nobody asks it for.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum deed { PASS, FAIL, HALF, KILL, TORN };

/** As library.ts writes it. */
struct state {
  /** Of the chosen kind so far, and how many of them were hit. */
  uint64_t calls, faults;
  /** The first that is hit, from 1; and how many are, 0 for all that follow. */
  uint64_t first, times;
  /** Whether calls are counted. */
  uint32_t is_on;
  /** HALF of what was asked; KILL before the call; TORN: half of a write, then killed. */
  uint32_t deed;
  int32_t error;
  char call[20];
};

static regex_t paths;
static int log_file = -1;
static struct state *state;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
  // looked up each time: calls are few, and a cache for each name would be another macro
  return dlsym(RTLD_NEXT, name);
}

static long raw(long number, long a, long b, long c, long d, long e, long f) {
  return ((long (*)(long, ...))real("syscall"))(number, a, b, c, d, e, f);
}

__attribute__((constructor)) static void begin(void) {
  const char *pattern = getenv("FAULT_PATHS"), *text = getenv("FAULT_STATE");
  if (!pattern || !text || regcomp(&paths, pattern, REG_EXTENDED | REG_NOSUB)) return;
  int file = raw(SYS_openat, AT_FDCWD, (long)text, O_RDWR | O_CLOEXEC, 0, 0, 0);
  void *shared = REAL(mmap64)(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  raw(SYS_close, file, 0, 0, 0, 0, 0);
  if ((text = getenv("FAULT_LOG")))
    log_file = raw(SYS_openat, AT_FDCWD, (long)text, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600, 0, 0);
  if (shared != MAP_FAILED) state = shared;
}

static int is_on(void) { return state && state->is_on; }

static void end_here(void) { raw(SYS_kill, getpid(), SIGKILL, 0, 0, 0, 0); }

static void note(const char *call, const char *path, const char *other) {
  char line[2 * PATH_MAX + 32];
  int length = snprintf(line, sizeof line, other ? "%s %s %s\n" : "%s %s\n", call, path, other);
  if (length > 0 && length < (int)sizeof line) raw(SYS_write, log_file, (long)line, length, 0, 0, 0);
}

/** What is to become of a call on `path` (and `other`). */
static enum deed look(const char *call, const char *path, const char *other) {
  if (!is_on() || !path) return PASS;
  int before = errno;
  enum deed found = PASS;
  if (regexec(&paths, path, 0, NULL, 0) == 0 || (other && regexec(&paths, other, 0, NULL, 0) == 0)) {
    if (log_file >= 0) note(call, path, other);
    if (!strcmp(state->call, call)) {
      uint64_t at = __atomic_add_fetch(&state->calls, 1, __ATOMIC_SEQ_CST);
      if (at >= state->first && (state->times == 0 || at < state->first + state->times)) {
        __atomic_add_fetch(&state->faults, 1, __ATOMIC_SEQ_CST);
        found = state->deed;
      }
    }
  }
  errno = found == FAIL ? state->error : before;
  if (found == KILL) end_here();
  return found;
}

static const char *path_of(int file, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  int before = errno;
  long length = raw(SYS_readlinkat, AT_FDCWD, (long)link, (long)path, PATH_MAX - 1, 0, 0);
  errno = before;
  if (length < 0) return NULL;
  path[length] = 0;
  return path;
}

static enum deed look_at(const char *call, int file) {
  char path[PATH_MAX];
  return is_on() && file >= 0 ? look(call, path_of(file, path), NULL) : PASS;
}

static enum deed look_below(const char *call, int directory, const char *name) {
  char path[2 * PATH_MAX];
  if (!is_on()) return PASS;
  if (name[0] == '/' || directory == AT_FDCWD || !path_of(directory, path)) return look(call, name, NULL);
  strcat(strcat(path, "/"), name);
  return look(call, path, NULL);
}

#define OPEN(name)                                                              \
  int name(const char *path, int flags, ...) {                                  \
    va_list more;                                                               \
    va_start(more, flags);                                                      \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;     \
    va_end(more);                                                               \
    return look("open", path, NULL) == FAIL ? -1 : REAL(name)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
  int name(int directory, const char *path, int flags, ...) {                   \
    va_list more;                                                               \
    va_start(more, flags);                                                      \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;     \
    va_end(more);                                                               \
    if (look_below("open", directory, path) == FAIL) return -1;                 \
    return REAL(name)(directory, path, flags, mode);                            \
  }
OPENAT(openat)
OPENAT(openat64)

// half of one byte is none: that call passes whole
#define HALF_OF(count) ((count) > 1 ? (count) / 2 : (count))

#define TRANSFER(name, call, memory, parameters, arguments)                     \
  ssize_t name(int file, memory bytes, size_t count parameters) {               \
    enum deed found = look_at(call, file);                                      \
    if (found == FAIL) return -1;                                               \
    if (found == HALF || found == TORN) count = HALF_OF(count);                 \
    ssize_t done = REAL(name)(file, bytes, count arguments);                    \
    if (found == TORN) end_here();                                              \
    return done;                                                                \
  }
#define AT(type) , type at
#define COMMA_AT , at
TRANSFER(read, "read", void *, , )
TRANSFER(pread, "read", void *, AT(off_t), COMMA_AT)
TRANSFER(pread64, "read", void *, AT(off64_t), COMMA_AT)
TRANSFER(write, "write", const void *, , )
TRANSFER(pwrite, "write", const void *, AT(off_t), COMMA_AT)
TRANSFER(pwrite64, "write", const void *, AT(off64_t), COMMA_AT)

// half: of the first piece
#define TRANSFER_PIECES(name, call, parameters, arguments)                      \
  ssize_t name(int file, const struct iovec *pieces, int count parameters) {    \
    enum deed found = look_at(call, file);                                      \
    if (found == FAIL) return -1;                                               \
    struct iovec half;                                                          \
    if ((found == HALF || found == TORN) && count > 0) {                        \
      half = (struct iovec){pieces[0].iov_base, HALF_OF(pieces[0].iov_len)};    \
      pieces = &half;                                                           \
      count = 1;                                                                \
    }                                                                           \
    ssize_t done = REAL(name)(file, pieces, count arguments);                   \
    if (found == TORN) end_here();                                              \
    return done;                                                                \
  }
TRANSFER_PIECES(readv, "read", , )
TRANSFER_PIECES(preadv, "read", AT(off_t), COMMA_AT)
TRANSFER_PIECES(preadv64, "read", AT(off64_t), COMMA_AT)
TRANSFER_PIECES(writev, "write", , )
TRANSFER_PIECES(pwritev, "write", AT(off_t), COMMA_AT)
TRANSFER_PIECES(pwritev64, "write", AT(off64_t), COMMA_AT)

ssize_t sendfile64(int to, int from, off64_t *at, size_t count) {
  enum deed found = look_at("write", to);
  if (found == FAIL || look_at("read", from) == FAIL) return -1;
  return REAL(sendfile64)(to, from, at, found == HALF ? HALF_OF(count) : count);
}

int fsync(int file) { return look_at("sync", file) == FAIL ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return look_at("sync", file) == FAIL ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t size) { return look_at("truncate", file) == FAIL ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return look_at("truncate", file) == FAIL ? -1 : REAL(ftruncate64)(file, size); }
int rename(const char *from, const char *to) { return look("rename", from, to) == FAIL ? -1 : REAL(rename)(from, to); }
int link(const char *from, const char *to) { return look("link", from, to) == FAIL ? -1 : REAL(link)(from, to); }
int unlink(const char *path) { return look("unlink", path, NULL) == FAIL ? -1 : REAL(unlink)(path); }
int rmdir(const char *path) { return look("unlink", path, NULL) == FAIL ? -1 : REAL(rmdir)(path); }
int mkdir(const char *path, mode_t mode) { return look("mkdir", path, NULL) == FAIL ? -1 : REAL(mkdir)(path, mode); }
char *mkdtemp(char *path) { return look("mkdir", path, NULL) == FAIL ? NULL : REAL(mkdtemp)(path); }
DIR *opendir(const char *path) { return look("list", path, NULL) == FAIL ? NULL : REAL(opendir)(path); }
int scandir64(const char *path, struct dirent64 ***found, int (*filter)(const struct dirent64 *),
              int (*order)(const struct dirent64 **, const struct dirent64 **)) {
  return look("list", path, NULL) == FAIL ? -1 : REAL(scandir64)(path, found, filter, order);
}
int access(const char *path, int mode) { return look("stat", path, NULL) == FAIL ? -1 : REAL(access)(path, mode); }
int stat64(const char *path, struct stat64 *found) { return look("stat", path, NULL) == FAIL ? -1 : REAL(stat64)(path, found); }
int fstat64(int file, struct stat64 *found) { return look_at("stat", file) == FAIL ? -1 : REAL(fstat64)(file, found); }

void *mmap64(void *at, size_t length, int access, int flags, int file, off64_t offset) {
  return look_at("mmap", file) == FAIL ? MAP_FAILED : REAL(mmap64)(at, length, access, flags, file, offset);
}
void *mmap(void *at, size_t length, int access, int flags, int file, off_t offset) {
  return look_at("mmap", file) == FAIL ? MAP_FAILED : REAL(mmap)(at, length, access, flags, file, offset);
}

int fcntl64(int file, int command, ...) {
  va_list more;
  va_start(more, command);
  long value = va_arg(more, long);
  va_end(more);
  int locks = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
  return locks && look_at("lock", file) == FAIL ? -1 : REAL(fcntl64)(file, command, value);
}

// the file is closed all the same, as it is where the kernel says that closing failed
int close(int file) {
  enum deed found = look_at("close", file);
  int done = REAL(close)(file);
  if (found != FAIL) return done;
  errno = state->error;
  return -1;
}

long syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
  long d = va_arg(more, long), e = va_arg(more, long), f = va_arg(more, long);
  va_end(more);
  if (number == SYS_close) return close(a);
  if (number == SYS_statx) {
    // an empty name: the file itself
    enum deed found = ((const char *)b)[0] ? look_below("stat", a, (const char *)b) : look_at("stat", a);
    if (found == FAIL) return -1;
  }
  if (number == SYS_copy_file_range && look_at("write", c) == FAIL) return -1;
  return raw(number, a, b, c, d, e, f);
}
