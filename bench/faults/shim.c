/* Counts every call that changes something under one folder, and lets the chosen one go wrong.
 *
 * Loaded into the collector and its readers with LD_PRELOAD. FAULT_CONTROL names a file of 4096 bytes that all of
 * them map: what to do and the count so far (struct control). Build: cc -shared -fPIC -O2 -o shim.so shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { COUNT = 0, KILL = 1, TORN = 2, FULL = 3, ERROR = 4 };

struct control {
    uint64_t count;     /* calls so far, of all processes */
    uint64_t at;        /* the call that goes wrong; 0 for none */
    uint32_t kind;
    uint32_t collector; /* process id: it dies with whoever dies */
    char root[2048];    /* the folder, with its final slash */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_CONTROL");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED) control = map;
}

static int under(const char *path) {
    char whole[4096];
    if (!control || !control->root[0] || !path) return 0;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole - strlen(path) - 2)) return 0;
        strcat(strcat(whole, "/"), path);
        path = whole;
    }
    return strncmp(path, control->root, strlen(control->root)) == 0;
}

static int under_fd(int fd) {
    char link[64], path[4096];
    if (!control || !control->root[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return under(path);
}

static void die(void) {
    if ((uint32_t)getpid() != control->collector) kill((pid_t)control->collector, SIGKILL);
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* What this call is to do: 0 go on, TORN write half and die, or an errno. Does not return where it dies. */
static int turn(int grows) {
    uint64_t number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (!control->at) return 0;
    if (control->kind == FULL) return number >= control->at && grows ? ENOSPC : 0;
    if (number != control->at) return 0;
    if (control->kind == KILL) die();
    if (control->kind == TORN) { if (!grows) die(); return -TORN; }
    return control->kind == ERROR ? EIO : 0;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAIL(code) do { errno = (code); return -1; } while (0)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (!under_fd(fd)) return real(fd, data, size);
    int what = turn(1);
    if (what == -TORN) { real(fd, data, size / 2); die(); }
    if (what) FAIL(what);
    return real(fd, data, size);
}

static ssize_t placed(ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *data, size_t size, off_t at) {
    if (!under_fd(fd)) return real(fd, data, size, at);
    int what = turn(1);
    if (what == -TORN) { real(fd, data, size / 2, at); die(); }
    if (what) FAIL(what);
    return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { REAL(pwrite); return placed(real, fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) { REAL(pwrite64); return placed(real, fd, data, size, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    if (!under_fd(fd)) return real(fd, parts, count);
    int what = turn(1);
    if (what == -TORN) { real(fd, parts, count > 1 ? count / 2 : 1); die(); }
    if (what) FAIL(what);
    return real(fd, parts, count);
}

#define ON_FD(name, grows) \
    int name(int fd) { REAL(name); if (under_fd(fd)) { int what = turn(grows); if (what < 0) die(); if (what) FAIL(what); } return real(fd); }
ON_FD(fsync, 0)
ON_FD(fdatasync, 0)

int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    if (under_fd(fd)) { int what = turn(0); if (what < 0) die(); if (what) FAIL(what); }
    return real(fd, size);
}
int ftruncate64(int fd, off_t size) {
    REAL(ftruncate64);
    if (under_fd(fd)) { int what = turn(0); if (what < 0) die(); if (what) FAIL(what); }
    return real(fd, size);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    if (under(to)) { int what = turn(0); if (what < 0) die(); if (what) FAIL(what); }
    return real(from, to);
}
int unlink(const char *path) {
    REAL(unlink);
    if (under(path)) { int what = turn(0); if (what < 0) die(); if (what) FAIL(what); }
    return real(path);
}
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (under(path)) { int what = turn(1); if (what < 0) die(); if (what) FAIL(what); }
    return real(path, mode);
}

/* Opening counts where it makes or empties a file. */
static int opening(const char *path, int flags) {
    if (!(flags & (O_CREAT | O_TRUNC)) || !under(path)) return 0;
    int what = turn(1);
    if (what < 0) die();
    return what;
}
#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        int what = opening(path, flags); \
        if (what) FAIL(what); \
        return real(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
#define OPENS_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        int what = opening(path, flags); \
        if (what) FAIL(what); \
        return real(folder, path, flags, mode); \
    }
OPENS_AT(openat)
OPENS_AT(openat64)
