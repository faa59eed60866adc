using System.Text;
using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Settings.Reading;

namespace Caisson.Settings;

/// <summary>Reads what <c>caisson run --settings FILE</c> accepts: settings of sandbox-runtime, or Claude Code's <c>sandbox</c> block, alone or in its file.</summary>
/// <remarks>Whatever is absent, misspelt or not enforceable ends the run: InvalidArgument or Unsupported, naming file and key.</remarks>
public static class RunSettings
{
    private const int LargestFile = 1 << 20;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads a file.</summary>
    public static async Task<RunProfile> LoadAsync(string file, SettingsContext context, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(file, context.WorkingDirectory);
        try
        {
            if (!File.Exists(path))
                throw new CaissonException(ErrorCode.InvalidArgument, $"{file}: there is no such settings file", "Nothing was started; check --settings.");

            // The file may be a pipe (a shell's process substitution), whose length is not known.
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var buffer = new byte[LargestFile + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (length > LargestFile)
                throw new CaissonException(ErrorCode.InvalidArgument, $"{file}: the file is larger than 1 MB");
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length), file, ProjectOf(path), context);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"{file}: the settings cannot be read: {failure.Message}", inner: failure);
        }
    }

    /// <summary>Reads text that came from <paramref name="source"/>; <paramref name="projectDirectory"/> is what permission rules starting with one slash start from.</summary>
    public static RunProfile Parse(string json, string source, string projectDirectory, SettingsContext context)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json.TrimStart('\uFEFF'), _strict);
        }
        catch (JsonException failure)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"{source}: this is not JSON: {failure.Message}", inner: failure);
        }

        using (document)
        {
            var root = new SettingsNode(document.RootElement, "", source);
            if (root.Kind != JsonValueKind.Object)
                throw root.Invalid("an object is expected");
            var draft = new ProfileDraft(context);
            if (root.Has("sandbox"))
                ClaudeFile.ReadWhole(root, draft, projectDirectory);
            else if (ClaudeFile.IsBlock(root))
                ClaudeFile.ReadBlock(root, draft);
            else if (root.Has("permissions"))
                throw root.Invalid("the settings have permissions but no 'sandbox' key", "Add a sandbox block.");
            else
                SrtFile.Read(root, draft);
            return draft.ToProfile();
        }
    }

    private static string ProjectOf(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        return Path.GetFileName(directory) == ".claude" ? Path.GetDirectoryName(directory)! : directory;
    }
}
