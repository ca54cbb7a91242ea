// Built into the tests under sanitizers: a leak can be told to be a driver's, and left out (tools/setup/leaks.supp), only
// while the driver is still loaded at the end.
extern "C" int dlclose(void*) {
    return 0;
}
