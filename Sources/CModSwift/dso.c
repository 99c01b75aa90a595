// SPDX-License-Identifier: Apache-2.0
#include "CModSwift.h"
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *check_open(int fd, off_t size) {
    ElfW(Ehdr) head;
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return "is not a shared library";
    if (head.e_phentsize != sizeof(ElfW(Phdr))) return "is not a shared library of this machine";
    for (int i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) part;
        off_t at = (off_t)(head.e_phoff + (ElfW(Off))i * sizeof part);
        if (pread(fd, &part, sizeof part, at) != (ssize_t)sizeof part) return "is cut short: copy the file again";
        if (part.p_type == PT_LOAD && (part.p_offset > (ElfW(Off))size || part.p_filesz > (ElfW(Off))size - part.p_offset))
            return "is cut short: copy the file again";
    }
    return NULL;
}

const char *modswift_check_dso(const char *path) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return "cannot be read: check that the file is there and who may read it";
    const char *wrong = NULL;
    if (fstat(fd, &st) != 0)
        wrong = "cannot be read";
    else if (S_ISDIR(st.st_mode))
        wrong = "is a folder: name the plugin's file, or put the folder into SwiftPluginPath";
    else if (!S_ISREG(st.st_mode))
        wrong = "is not a file";
    else
        wrong = check_open(fd, st.st_size);
    close(fd);
    return wrong;
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
