/*
 * A disk that misbehaves on demand, put between a program and the C library by LD_PRELOAD: full, failing, or losing what was not synced.
 *
 * Only files of the folder RAITEN_TEST_DISK whose name ends in ".db" or "-wal" are meant. What is to happen stands in the file "disk.control"
 * of that folder, as 64-bit integers that both sides see at once:
 *   0  how many bytes may still be written (ENOSPC beyond); below 0: no limit
 *   1  what fails (EIO): 0 nothing, 1 syncs, 2 writes
 *   2  how many of those succeed before
 *   3  whether all further ones fail too, or that one only
 *   4  out: how many were made to fail
 *   5  whether a copy of each file is kept as it was at its last sync, beside it as NAME.synced
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { SPACE, FAILS, BEFORE, FOR_GOOD, FAILED, KEEP, FIELDS };
enum { NOTHING, SYNCS, WRITES };

static volatile int64_t *control;
static char folder[4096];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *named = getenv("RAITEN_TEST_DISK");
    if (!named || !realpath(named, folder)) return;
    char path[4200];
    snprintf(path, sizeof path, "%s/disk.control", folder);
    int fd = open(path, O_RDWR);
    if (fd < 0) return;
    void *at = mmap(NULL, FIELDS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) control = at;
}

static int ends(const char *text, const char *with) {
    size_t n = strlen(text), m = strlen(with);
    return n >= m && strcmp(text + n - m, with) == 0;
}

/* Whether a file is one of the database's; gives its path. */
static int is_meant(int fd, char path[4096]) {
    if (!control) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, 4095);
    if (n <= 0) return 0;
    path[n] = 0;
    return strncmp(path, folder, strlen(folder)) == 0 && (ends(path, ".db") || ends(path, "-wal"));
}

static int fails(int what) {
    int yes = 0;
    pthread_mutex_lock(&lock);
    if (control[FAILS] == what) {
        if (control[BEFORE] > 0) {
            control[BEFORE]--;
        } else if (control[FOR_GOOD] || control[FAILED] == 0) {
            __atomic_add_fetch(&control[FAILED], 1, __ATOMIC_SEQ_CST);
            yes = 1;
        }
    }
    pthread_mutex_unlock(&lock);
    return yes;
}

/* The lock is this process's own: the test writes the same figures from outside. So the space is taken only from what was just read, never
 * put back over a new limit (else the disk stays full after the test gave it space). */
static int is_full(size_t bytes) {
    int64_t left = __atomic_load_n(&control[SPACE], __ATOMIC_SEQ_CST);
    do {
        if (left < 0) return 0;
        if ((int64_t)bytes > left) {
            __atomic_add_fetch(&control[FAILED], 1, __ATOMIC_SEQ_CST);
            return 1;
        }
    } while (!__atomic_compare_exchange_n(&control[SPACE], &left, left - (int64_t)bytes, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return 0;
}

static int refused(int fd, size_t bytes) {
    char path[4096];
    if (!is_meant(fd, path)) return 0;
    if (fails(WRITES)) {
        errno = EIO;
        return 1;
    }
    if (is_full(bytes)) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    return refused(fd, count) ? -1 : real_write(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return refused(fd, count) ? -1 : real_pwrite(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return refused(fd, count) ? -1 : real_pwrite(fd, bytes, count, at);
}

/* What the disk has for certain now. */
static void keep(int fd, const char *path) {
    char copy[4200], part[4200], block[65536];
    snprintf(copy, sizeof copy, "%s.synced", path);
    snprintf(part, sizeof part, "%s.part", path);
    pthread_mutex_lock(&lock);
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    off_t at = 0;
    ssize_t n;
    while (to >= 0 && (n = pread(fd, block, sizeof block, at)) > 0) {
        if (real_write(to, block, (size_t)n) != n) break;
        at += n;
    }
    if (to >= 0) {
        close(to);
        rename(part, copy);
    }
    pthread_mutex_unlock(&lock);
}

static int synced(int fd, int (*sync)(int)) {
    char path[4096];
    if (!is_meant(fd, path)) return sync(fd);
    if (fails(SYNCS)) {
        errno = EIO;
        return -1;
    }
    int done = sync(fd);
    if (done == 0 && control[KEEP]) keep(fd, path);
    return done;
}

int fsync(int fd) { return synced(fd, real_fsync); }

int fdatasync(int fd) { return synced(fd, real_fdatasync); }
