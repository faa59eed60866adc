using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Dialects.SweRex.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>Takes a file in, or an archive that becomes a directory.</summary>
internal static class UploadFiles
{
    private const int MostFields = 16;
    private const int LongestField = 64 << 10;

    public static async Task<byte[]> InvokeAsync(SweRexCall call)
    {
        using var place = await call.Sandboxes.Uploads.EnterAsync(call.Cancellation);
        var form = await FormAsync(call);
        var file = form.Files.GetFile("file") ?? throw RefusedException.Invalid("file", "Field required", "missing");
        if (form["target_path"] is not [{ Length: > 0 } target])
            throw RefusedException.Invalid("target_path", "Field required", "missing");
        var unzips = IsTrue(form["unzip"]);
        var named = await call.Sandboxes.UseAsync(call.Address, call.Cancellation);
        var sandbox = await named.Ready;
        var user = sandbox.Info.Defaults.User ?? call.Options.User;
        var path = InsidePaths.Of(sandbox, target);
        await using var content = file.OpenReadStream();
        if (unzips)
            await named.HoldAsync(new Unpacking(sandbox.Guest.Files, user, call.Options).RunAsync(content, path, call.Cancellation), call.Cancellation);
        else
            await named.HoldAsync(FileFailures.GuardAsync(target, () => sandbox.Guest.Files.WriteAsync(path, user, content, new WriteOptions(), call.Cancellation)), call.Cancellation);
        return SweRexCall.Answer(new Nothing(), SweRexJson.Default.Nothing);
    }

    // The file comes before what says where it goes, so it lies on disk until all is there.
    private static async Task<IFormCollection> FormAsync(SweRexCall call)
    {
        if (!call.Http.Request.HasFormContentType)
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "The body must be multipart/form-data.");
        var limits = new FormOptions
        {
            MultipartBodyLengthLimit = call.Options.UploadBytes,
            ValueCountLimit = MostFields,
            ValueLengthLimit = LongestField,
        };
        try
        {
            return await call.Http.Request.ReadFormAsync(limits, call.Cancellation);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException && !call.Cancellation.IsCancellationRequested))
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static bool IsTrue(StringValues field) => field is [] ? false : field[0]?.ToLowerInvariant() switch
    {
        "true" or "1" or "on" or "yes" or "y" or "t" => true,
        "false" or "0" or "off" or "no" or "n" or "f" => false,
        _ => throw RefusedException.Invalid("unzip", "Input should be a valid boolean", "bool_parsing"),
    };
}
