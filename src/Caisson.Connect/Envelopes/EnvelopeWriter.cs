using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Caisson.Connect.Envelopes;

/// <summary>Writes enveloped messages and the end-of-stream frame, flushing each.</summary>
internal sealed class EnvelopeWriter : IDisposable
{
    private const byte Message = 0;
    private const byte EndOfStream = 2;

    private readonly PipeWriter _output;
    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly Utf8JsonWriter _json;

    public EnvelopeWriter(PipeWriter output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_payload, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public Task WriteAsync<T>(T message, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        Begin();
        JsonSerializer.Serialize(_json, message, type);
        return SendAsync(Message, cancellation);
    }

    public Task WriteEndAsync(ConnectException? failure, IDictionary<string, string[]>? trailers, CancellationToken cancellation)
    {
        Begin();
        _json.WriteStartObject();
        if (failure is not null)
        {
            _json.WritePropertyName("error");
            ConnectErrorBody.Write(_json, failure);
        }

        if (trailers is { Count: > 0 })
        {
            _json.WriteStartObject("metadata");
            foreach (var (name, values) in trailers)
            {
                _json.WriteStartArray(name);
                foreach (var value in values)
                    _json.WriteStringValue(value);
                _json.WriteEndArray();
            }

            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        return SendAsync(EndOfStream, cancellation);
    }

    public void Dispose() => _json.Dispose();

    private void Begin()
    {
        _payload.ResetWrittenCount();
        _json.Reset();
    }

    private async Task SendAsync(byte flags, CancellationToken cancellation)
    {
        _json.Flush();
        var header = _output.GetSpan(5);
        header[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)_payload.WrittenCount);
        _output.Advance(5);
        _output.Write(_payload.WrittenSpan);
        await _output.FlushAsync(cancellation);
    }
}
