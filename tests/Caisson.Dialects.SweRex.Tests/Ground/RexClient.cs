using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Caisson.Dialects.SweRex.Tests.Ground;

/// <summary>Sends what the protocol's own client sends: whole bodies with every field, a key, an id for each request, and a connection for each.</summary>
internal sealed class RexClient(Uri url, string token)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string call, HttpContent? content, string? id = null, TimeSpan? patience = null)
    {
        using var http = new HttpClient { Timeout = patience ?? TimeSpan.FromSeconds(60) };
        using var message = new HttpRequestMessage(method, $"{url.ToString().TrimEnd('/')}/{call}") { Content = content };
        if (token.Length > 0)
            message.Headers.Add("X-API-Key", token);
        if (id is not null)
            message.Headers.Add("X-Request-ID", id);
        message.Headers.ConnectionClose = true;
        using var response = await http.SendAsync(message, Cancellation);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> AliveAsync(TimeSpan? patience = null) => SendAsync(HttpMethod.Get, "is_alive", null, patience: patience);

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string call, object? body, string? id = null) =>
        SendAsync(HttpMethod.Post, call, body is null ? null : JsonContent.Create(body), id ?? Guid.NewGuid().ToString());

    public Task<(HttpStatusCode Status, JsonElement Body)> PostTextAsync(string call, string json, string type = "application/json") =>
        SendAsync(HttpMethod.Post, call, new StringContent(json, Encoding.UTF8, type));

    /// <summary>As the client does: an exception of a 511 is raised, and every other error is an error.</summary>
    public async Task<JsonElement> CallAsync(string call, object? body)
    {
        var (status, answer) = await PostAsync(call, body);
        if (status == HttpStatusCode.NetworkAuthenticationRequired)
            throw new RexException(answer.GetProperty("swerexception"));
        Assert.True(status == HttpStatusCode.OK, $"{call}: {status} {answer}");
        return answer;
    }

    public async Task<string> OpenAsync(string session = "default", double timeout = 1, params string[] sources)
    {
        var answer = await CallAsync("create_session", new { startup_source = sources, session, session_type = "bash", startup_timeout = timeout });
        Assert.Equal("bash", answer.GetProperty("session_type").GetString());
        return answer.GetProperty("output").GetString()!;
    }

    public async Task<RexObservation> RunAsync(
        string command, double? timeout = 10, string check = "raise", string session = "default", string error = "", bool interactive = false, bool quit = false, params string[] expect)
    {
        var answer = await CallAsync("run_in_session", new
        {
            command,
            session,
            timeout,
            is_interactive_command = interactive,
            is_interactive_quit = quit,
            check,
            error_msg = error,
            expect,
            action_type = "bash",
        });
        return RexObservation.Of(answer);
    }

    public async Task<RexObservation> InterruptAsync(string session = "default", double timeout = 0.2, int retries = 3) =>
        RexObservation.Of(await CallAsync("run_in_session", new { session, timeout, n_retry = retries, expect = Array.Empty<string>(), action_type = "bash_interrupt" }));

    public Task<JsonElement> CloseSessionAsync(string session = "default") => CallAsync("close_session", new { session, session_type = "bash" });

    public Task<(string Out, string Error, int Code)> ExecuteAsync(
        string command, bool shell = false, double? timeout = 10, bool check = false, string error = "", Dictionary<string, string>? env = null, string? cwd = null, bool merge = false) =>
        ExecuteAsync(new { command, timeout, shell, check, error_msg = error, env, cwd, merge_output_streams = merge });

    public Task<(string Out, string Error, int Code)> ExecuteAsync(
        string[] command, bool shell = false, double? timeout = 10, bool check = false, string error = "", Dictionary<string, string>? env = null, string? cwd = null, bool merge = false) =>
        ExecuteAsync(new { command, timeout, shell, check, error_msg = error, env, cwd, merge_output_streams = merge });

    public async Task<string> ReadAsync(string path, string? encoding = null, string? errors = null) =>
        (await CallAsync("read_file", new { path, encoding, errors })).GetProperty("content").GetString()!;

    public async Task WriteAsync(string path, string content) =>
        Assert.Equal("{}", (await CallAsync("write_file", new { content, path })).ToString());

    /// <summary>Uploads as the client does: the file first, then where it goes.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> UploadAsync(byte[] content, string? target, string? unzip, string name = "zipped_transfer.zip")
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        if (target is not null)
            form.Add(new StringContent(target), "target_path");
        if (unzip is not null)
            form.Add(new StringContent(unzip), "unzip");
        return SendAsync(HttpMethod.Post, "upload", form);
    }

    /// <summary>The class that the client would raise.</summary>
    public static async Task<RexException> RaisesAsync(string path, Task work)
    {
        var raised = await Assert.ThrowsAsync<RexException>(() => work);
        Assert.True(raised.Class == path, $"{raised.Class}: {raised.Message}");
        return raised;
    }

    private async Task<(string Out, string Error, int Code)> ExecuteAsync(object body)
    {
        var answer = await CallAsync("execute", body);
        return (answer.GetProperty("stdout").GetString()!, answer.GetProperty("stderr").GetString()!, answer.GetProperty("exit_code").GetInt32());
    }
}
