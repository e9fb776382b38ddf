/* libcudart.so.13 and libcublas.so.13 in one, of no GPU: memory is the host's, a product is summed
   here. THIRDSHIFT_CUDA holds what is broken: "wrong=N" (the N-th product is off), "bits=1" (the
   lowest bit of the first byte of whatever is filled stays set), "error=1" (no device). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long asked(const char *key) {
    const char *said = getenv("THIRDSHIFT_CUDA"), *at = said ? strstr(said, key) : NULL;
    return at ? atol(at + strlen(key)) : 0;
}

static long products;

const char *cudaGetErrorString(int code) { return code == 2 ? "out of memory" : "no device"; }
int cudaSetDevice(int device) { return asked("error=") ? 100 : device; }
int cudaDeviceSynchronize(void) { return 0; }

int cudaMemGetInfo(size_t *free_bytes, size_t *total) {
    *total = (size_t)2 << 30;
    *free_bytes = (size_t)3 << 29;
    return 0;
}

int cudaMalloc(void **address, size_t size) {
    if (size > ((size_t)1 << 30))
        return 2;
    *address = malloc(size);
    return *address ? 0 : 2;
}

int cudaFree(void *address) {
    free(address);
    return 0;
}

int cudaMemset(void *address, int value, size_t size) {
    memset(address, value, size);
    if (asked("bits="))
        *(unsigned char *)address |= 1;
    return 0;
}

int cudaMemcpy(void *to, const void *from, size_t size, int kind) {
    if (kind != 1 && kind != 2)
        return 21;
    memcpy(to, from, size);
    return 0;
}

static float half(uint16_t bits) { /* 0.5 to 1 with a sign: all that the burn-in sends */
    float value = 0.5f + (bits & 0x3ff) / 2048.0f;
    if ((bits & 0x7c00) != 0x3800)
        abort();
    return bits & 0x8000 ? -value : value;
}

int cublasCreate_v2(void **handle) {
    *handle = &products;
    return 0;
}

int cublasGetVersion_v2(void *handle, int *version) {
    *version = 130000;
    return handle == &products ? 0 : 1;
}

int cublasGemmEx(void *handle, int transa, int transb, int m, int n, int k, const void *alpha,
                 const void *a, int a_type, int lda, const void *b, int b_type, int ldb,
                 const void *beta, void *c, int c_type, int ldc, int compute, int algorithm) {
    const uint16_t *left_matrix = a, *right_matrix = b;
    float *out = c;
    if (handle != &products || transa || transb || a_type != 2 || b_type != 2 || c_type ||
        compute != 68 || algorithm != -1 || *(const float *)alpha != 1.0f ||
        *(const float *)beta != 0.0f)
        return 7;
    for (int column = 0; column < n; column++)
        for (int row = 0; row < m; row++) {
            float sum = 0.0f;
            for (int at = 0; at < k; at++)
                sum += half(left_matrix[at * lda + row]) * half(right_matrix[column * ldb + at]);
            out[column * ldc + row] = sum;
        }
    if (++products == asked("wrong="))
        out[0] += 1.0f;
    return 0;
}

int cublasSaxpy_v2(void *handle, int n, const float *alpha, const float *x, int incx, float *y,
                   int incy) {
    for (int at = 0; at < n; at++)
        y[at * incy] += *alpha * x[at * incx];
    return handle == &products ? 0 : 1;
}

int cublasSasum_v2(void *handle, int n, const float *x, int incx, float *result) {
    *result = 0.0f;
    for (int at = 0; at < n; at++)
        *result += x[at * incx] < 0 ? -x[at * incx] : x[at * incx];
    return handle == &products ? 0 : 1;
}
