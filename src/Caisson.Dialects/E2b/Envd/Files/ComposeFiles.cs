using Caisson.Core.Failures;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>Joins files into one.</summary>
internal static class ComposeFiles
{
    public static async Task InvokeAsync(EnvdCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.ComposeRequest);
        if (body.SourcePaths is not { Count: > 0 } sources || sources.Exists(string.IsNullOrEmpty) || string.IsNullOrEmpty(body.Destination))
            throw new E2bHttpException(400, "source_paths and destination are required");
        var paths = sources.ConvertAll(EnvdCall.CheckedPath);
        var user = EnvdCall.CheckedUser(body.Username) ?? call.User();
        try
        {
            var entry = await call.Files.ComposeAsync(paths, EnvdCall.CheckedPath(body.Destination), user, call.Cancellation);
            await E2bResponses.WriteAsync(call.Http, 200, UploadFiles.View(entry), E2bJson.Default.WrittenFile);
        }
        catch (CaissonException error) when (error.Code == ErrorCode.NotFound)
        {
            throw new E2bHttpException(404, error.Message, error);
        }
    }
}
