# The R kernel: evaluates one expression after another, prints as R does, and shows what was plotted.
local({
  requests <- file("/proc/self/fd/3", "r", encoding = "UTF-8")
  frames <- file("/proc/self/fd/4", "wb")
  pages <- tempfile("page")
  dir.create(pages)
  count <- 0L
  send <- function(...) {
    text <- jsonlite::toJSON(list(...), auto_unbox = TRUE, null = "null", na = "null")
    writeBin(c(charToRaw(enc2utf8(as.character(text))), as.raw(10L)), frames)
    flush(frames)
  }
  options(warn = 1, device = function(...) {
    png(file.path(pages, "%03d.png"), width = 800, height = 600, res = 100, type = "cairo")
    dev.control(displaylist = "enable")
  })
  plots <- function() {
    while (!is.null(dev.list())) dev.off()
    for (page in sort(list.files(pages, full.names = TRUE))) {
      send(t = "result", main = FALSE, data = list("text/plain" = "<plot>", "image/png" = gsub("\n", "", jsonlite::base64_enc(readBin(page, "raw", file.info(page)$size)), fixed = TRUE)))
      unlink(page)
    }
  }
  forms <- function(value) {
    data <- list("text/plain" = paste(capture.output(print(value)), collapse = "\n"))
    if (is.data.frame(value) && prod(dim(value)) <= 200000) data[["application/vnd.caisson.data+json"]] <- lapply(as.list(value), function(column) I(if (is.factor(column) || inherits(column, c("Date", "POSIXt"))) as.character(column) else column))
    if (inherits(value, c("html", "shiny.tag"))) data[["text/html"]] <- as.character(value)
    data
  }
  evaluate <- function(code) {
    expressions <- parse(text = code, encoding = "UTF-8")
    for (index in seq_along(expressions)) {
      shown <- withVisible(eval(expressions[[index]], globalenv()))
      if (!shown$visible) next
      if (inherits(shown$value, c("ggplot", "trellis", "recordedplot"))) print(shown$value)
      else if (index < length(expressions)) print(shown$value)
      else send(t = "result", main = TRUE, data = forms(shown$value))
    }
  }
  failed <- function(error, calls) {
    name <- if (inherits(error, "interrupt")) "Interrupted" else class(error)[[1]]
    value <- if (inherits(error, "interrupt")) "the code was interrupted" else conditionMessage(error)
    call <- conditionCall(error)
    where <- if (is.null(call)) "" else paste0(" in ", paste(deparse(call, nlines = 1L), collapse = ""))
    send(t = "error", name = name, value = value, traceback = paste(c(paste0("Error", where, ": ", value), calls), collapse = "\n"))
  }
  run <- function(request) {
    count <<- count + 1L
    send(t = "count", count = count)
    names <- names(request$env)
    before <- Sys.getenv(names, unset = NA, names = TRUE)
    if (length(names)) do.call(Sys.setenv, request$env)
    calls <- character()
    tryCatch(
      withCallingHandlers(evaluate(request$code), error = function(error) {
        stack <- vapply(sys.calls(), function(call) paste(deparse(call, nlines = 1L), collapse = ""), "")
        first <- max(c(0L, which(startsWith(stack, "eval(expressions[[index]]"))))
        if (first > 0L) calls <<- head(stack[seq_along(stack) > first + 1L], -2L)
      }),
      error = function(error) failed(error, calls),
      interrupt = function(error) failed(error, character()))
    tryCatch(plots(), error = function(error) failed(error, character()))
    for (name in names) if (is.na(before[[name]])) Sys.unsetenv(name) else do.call(Sys.setenv, as.list(before[name]))
    flush(stdout())
    send(t = "done", id = request$id)
  }
  send(t = "ready")
  repeat {
    done <- tryCatch({
      line <- readLines(requests, n = 1L, warn = FALSE)
      if (length(line)) {
        request <- jsonlite::fromJSON(line, simplifyVector = FALSE)
        if (request$op == "run") run(request) else if (request$op == "ping") send(t = "pong", id = request$id)
        FALSE
      } else TRUE
    }, interrupt = function(interrupted) FALSE)
    if (done) break
  }
  quit("no")
})
