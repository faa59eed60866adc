using System.Text;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>Files as text.</summary>
internal static class TextFiles
{
    public static async Task<byte[]> ReadAsync(SweRexCall call)
    {
        var request = await call.ReadAsync(SweRexJson.Default.ReadFileRequest);
        var named = await call.Sandboxes.UseAsync(call.Address, call.Cancellation);
        var sandbox = await named.Ready;
        var bytes = await FileFailures.GuardAsync(request.Path, async () =>
        {
            await using var file = await sandbox.Guest.Files.ReadAsync(
                InsidePaths.Of(sandbox, request.Path), sandbox.Info.Defaults.User ?? call.Options.User, 0, call.Options.ReadBytes + 1L, call.Cancellation);
            using var content = new MemoryStream();
            await file.Content.CopyToAsync(content, call.Cancellation);
            return content.Length <= call.Options.ReadBytes ? content.ToArray() : throw FileFailures.TooLarge(request.Path);
        });
        // Text is read with every kind of line end as the one.
        var text = TextEncodings.Read(bytes, request.Encoding, request.Errors).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return SweRexCall.Answer(new FileContent(text), SweRexJson.Default.FileContent);
    }

    public static async Task<byte[]> WriteAsync(SweRexCall call)
    {
        var request = await call.ReadAsync(SweRexJson.Default.WriteFileRequest);
        var named = await call.Sandboxes.UseAsync(call.Address, call.Cancellation);
        var sandbox = await named.Ready;
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(request.Content));
        await FileFailures.GuardAsync(request.Path, () => sandbox.Guest.Files.WriteAsync(
            InsidePaths.Of(sandbox, request.Path), sandbox.Info.Defaults.User ?? call.Options.User, content, new WriteOptions(), call.Cancellation));
        return SweRexCall.Answer(new Nothing(), SweRexJson.Default.Nothing);
    }
}
