// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *check_open(int fd, off_t size) {
    ElfW(Ehdr) head;
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return "is not a shared library: name the libNAME.so that `swift build` made";
    if (head.e_phentsize != sizeof(ElfW(Phdr))) return "is not a shared library of this machine: build it here";
    for (int i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) part;
        off_t at = (off_t)(head.e_phoff + (ElfW(Off))i * sizeof part);
        if (pread(fd, &part, sizeof part, at) != (ssize_t)sizeof part) return "is cut short: copy the file again";
        if (part.p_type == PT_LOAD && (part.p_offset > (ElfW(Off))size || part.p_filesz > (ElfW(Off))size - part.p_offset))
            return "is cut short: copy the file again";
    }
    // Nothing in the last part of a file is mapped, but a file without it is a copy that was not finished.
    ElfW(Off) sections = (ElfW(Off))head.e_shnum * head.e_shentsize;
    if (head.e_shoff > (ElfW(Off))size || sections > (ElfW(Off))size - head.e_shoff)
        return "is cut short: copy the file again";
    return NULL;
}

const char *modswift_check_dso(const char *path) {
    struct stat st;
    // Non-blocking, for the path of a pipe.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return "does not exist: check the path";
    if (fd < 0 && errno == EACCES)
        return "may not be read: give whoever starts httpd the right to read it, and to enter its folders";
    if (fd < 0) return "cannot be opened: name the plugin's file";
    const char *wrong = NULL;
    if (fstat(fd, &st) != 0)
        wrong = "cannot be read: check the disk that it is on";
    else if (S_ISDIR(st.st_mode))
        wrong = "is a folder: name the plugin's file, or put the folder into SwiftPluginPath";
    else if (!S_ISREG(st.st_mode))
        wrong = "is not a file: name the libNAME.so that `swift build` made";
    else
        wrong = check_open(fd, st.st_size);
    close(fd);
    return wrong;
}

const char *modswift_check_folder(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return "does not exist: check the path, or make the folder first";
        if (errno == EACCES) return "may not be entered: give whoever starts httpd the right to enter its folders";
        return "cannot be looked at: name the folder that plugins are in";
    }
    if (!S_ISDIR(st.st_mode)) return "is not a folder: name the folder that the plugin is in, or use SwiftPlugin path";
    if (access(path, X_OK) != 0) return "may not be entered: give whoever starts httpd the right to enter it";
    return NULL;
}

int modswift_identify(const char *path, uint64_t *device, uint64_t *inode) {
    struct stat st;
    if (stat(path, &st) != 0) return 0;
    *device = (uint64_t)st.st_dev;
    *inode = (uint64_t)st.st_ino;
    return 1;
}

void *modswift_open_dso(const char *path, const char **error) {
    // Never unmapped: the Swift runtime keeps pointers into it. Local: each plugin has its own toolkit.
    void *dso = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    *error = dso ? NULL : dlerror();
    return dso;
}

int modswift_call_entry(void *dso, const char *symbol, swift_httpd_host_reference host,
                        swift_httpd_table_reference *result) {
    modswift_entry entry = (modswift_entry)(intptr_t)dlsym(dso, symbol);
    if (!entry) return 0;
    *result = entry(host);
    return 1;
}

const char *modswift_own_path(void) {
    Dl_info info;
    return dladdr((const void *)(intptr_t)&modswift_own_path, &info) ? info.dli_fname : NULL;
}
