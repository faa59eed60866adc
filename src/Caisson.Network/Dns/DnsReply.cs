using System.Buffers.Binary;
using System.Net;

namespace Caisson.Network.Dns;

/// <summary>Writes answers to queries from inside.</summary>
internal static class DnsReply
{
    /// <summary>Answers a question with an address, or with none.</summary>
    public static byte[] Write(ReadOnlySpan<byte> query, DnsQuestion question, DnsCode code, IPAddress? address, TimeSpan lifetime)
    {
        var reply = new byte[question.End + (address is null ? 0 : 16)];
        query[..question.End].CopyTo(reply);
        WriteHeader(reply, code, questions: 1, answers: address is null ? 0 : 1);
        if (address is null)
            return reply;
        var record = reply.AsSpan(question.End);
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | DnsQuestion.HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], DnsQuestion.TypeA);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], (uint)lifetime.TotalSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], 4);
        address.TryWriteBytes(record[12..], out _);
        return reply;
    }

    /// <summary>Answers a query whose question could not be read.</summary>
    public static byte[] WriteError(ReadOnlySpan<byte> query, DnsCode code)
    {
        var reply = query[..DnsQuestion.HeaderLength].ToArray();
        WriteHeader(reply, code, questions: 0, answers: 0);
        return reply;
    }

    private static void WriteHeader(Span<byte> reply, DnsCode code, ushort questions, int answers)
    {
        // Response, recursion available; the opcode and "recursion desired" are the query's.
        reply[2] = (byte)(0x80 | (reply[2] & 0x79));
        reply[3] = (byte)(0x80 | (int)code);
        BinaryPrimitives.WriteUInt16BigEndian(reply[4..], questions);
        BinaryPrimitives.WriteUInt16BigEndian(reply[6..], (ushort)answers);
        reply[8..12].Clear();
    }
}
